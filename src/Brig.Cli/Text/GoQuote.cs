using System.Globalization;
using System.Text;

namespace Brig.Cli.Text;

/// <summary>Text between double quotes, escaped as Go's <c>%q</c> does.</summary>
internal static class GoQuote
{
    public static string Quote(string text)
    {
        StringBuilder quoted = new(text.Length + 2);
        quoted.Append('"');
        foreach (Rune rune in text.EnumerateRunes())
        {
            Append(quoted, rune, '"');
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>One character between single quotes.</summary>
    public static string QuoteRune(Rune rune)
    {
        StringBuilder quoted = new();
        quoted.Append('\'');
        Append(quoted, rune, '\'');
        return quoted.Append('\'').ToString();
    }

    private static void Append(StringBuilder quoted, Rune rune, char quote)
    {
        int value = rune.Value;
        if (value == quote || value == '\\')
        {
            quoted.Append('\\').Append((char)value);
            return;
        }

        int simple = value < 32 ? "\a\b\f\n\r\t\v".IndexOf((char)value) : -1;
        if (simple >= 0)
        {
            quoted.Append('\\').Append("abfnrtv"[simple]);
        }
        else if (IsPrintable(rune))
        {
            quoted.Append(rune);
        }
        else
        {
            string escaped = value switch
            {
                < 0x80 => $"\\x{value:x2}",
                < 0x10000 => $"\\u{value:x4}",
                _ => $"\\U{value:x8}",
            };
            quoted.Append(escaped);
        }
    }

    private static bool IsPrintable(Rune rune)
    {
        if (rune.IsAscii)
        {
            return rune.Value is >= 0x20 and < 0x7f;
        }

        return Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.SpaceSeparator
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
    }
}
