namespace Brig.Cli.Templates;

/// <summary>What stands between the percent sign and the verb.</summary>
internal sealed record FormatFlags(string Flags, int? Width, int? Precision)
{
    public bool Plus => Flags.Contains('+');

    public bool Left => Flags.Contains('-');

    public bool Sharp => Flags.Contains('#');

    public bool Space => Flags.Contains(' ');

    public bool Zero => Flags.Contains('0') && !Left;

    /// <summary>Fills up to the width with blanks.</summary>
    public string Pad(string text)
    {
        int missing = (Width ?? 0) - Length(text);
        return missing <= 0 ? text : Left ? text + new string(' ', missing) : new string(Zero ? '0' : ' ', missing) + text;
    }

    /// <summary>Fills up to the width with zeros behind the sign where they are asked for, else with blanks.</summary>
    public string PadNumber(string sign, string digits)
    {
        int missing = (Width ?? 0) - sign.Length - digits.Length;
        if (Zero && missing > 0)
        {
            return sign + new string('0', missing) + digits;
        }

        return (this with { Flags = Flags.Replace("0", "", StringComparison.Ordinal) }).Pad(sign + digits);
    }

    private static int Length(string text)
    {
        int length = 0;
        foreach (System.Text.Rune _ in text.EnumerateRunes())
        {
            length++;
        }

        return length;
    }
}
