using System.Globalization;
using System.Numerics;
using System.Text;
using Brig.Cli.Text;

namespace Brig.Cli.Templates;

/// <summary>One value under one verb of <c>printf</c>.</summary>
internal static class FormattedValue
{
    /// <summary>Null where the verb does not fit the value.</summary>
    public static string? Format(object? value, Rune verb, FormatFlags flags)
    {
        char letter = verb.IsAscii ? (char)verb.Value : '\0';
        if (letter == 'T')
        {
            return flags.Pad(TemplateValues.TypeName(value));
        }

        return value switch
        {
            null or Missing => letter == 'v' ? flags.Pad("<nil>") : null,
            bool truth => letter is 't' or 'v' ? flags.Pad(truth ? "true" : "false") : null,
            long number => Whole(number, letter, flags),
            double number => Floating(number, letter, flags),
            string text => OfText(text, letter, flags),
            _ => Composite(value, verb, flags),
        };
    }

    private static string? OfText(string text, char verb, FormatFlags flags)
    {
        switch (verb)
        {
            case 'v' when flags.Sharp:
            case 'q':
                string cut = Cut(text, flags.Precision);
                return flags.Pad(flags.Sharp && verb == 'q' && !cut.Contains('`') ? $"`{cut}`" : GoQuote.Quote(cut));
            case 'v' or 's':
                return flags.Pad(Cut(text, flags.Precision));
            case 'x' or 'X':
                byte[] bytes = Encoding.UTF8.GetBytes(text);
                bytes = flags.Precision < bytes.Length ? bytes[..flags.Precision.Value] : bytes;
                string prefix = flags.Sharp && bytes.Length > 0 ? "0" + verb : "";
                IEnumerable<string> pairs = bytes.Select(one => verb == 'x' ? $"{one:x2}" : $"{one:X2}");
                return flags.Pad(prefix + string.Join(flags.Space ? " " + prefix : "", pairs));
            default:
                return null;
        }
    }

    private static string? Whole(long number, char verb, FormatFlags flags)
    {
        BigInteger magnitude = BigInteger.Abs(number);
        string sign = number < 0 ? "-" : flags.Plus ? "+" : flags.Space ? " " : "";
        string? digits = verb switch
        {
            'd' or 'v' => magnitude.ToString(CultureInfo.InvariantCulture),
            'x' => (flags.Sharp ? "0x" : "") + Radix(magnitude, 16),
            'X' => (flags.Sharp ? "0X" : "") + Radix(magnitude, 16).ToUpperInvariant(),
            'o' => (flags.Sharp ? "0" : "") + Radix(magnitude, 8),
            'O' => "0o" + Radix(magnitude, 8),
            'b' => (flags.Sharp ? "0b" : "") + Radix(magnitude, 2),
            _ => null,
        };
        if (digits is not null)
        {
            if (flags.Precision is { } precision)
            {
                digits = precision == 0 && number == 0 ? "" : digits.PadLeft(precision, '0');
                flags = flags with { Flags = flags.Flags.Replace("0", "", StringComparison.Ordinal) };
            }

            return flags.PadNumber(sign, digits);
        }

        Rune rune = number is >= 0 and <= 0x10ffff && Rune.IsValid((int)number) ? new Rune((int)number) : Rune.ReplacementChar;
        return verb switch
        {
            'c' => flags.Pad(rune.ToString()),
            'q' => flags.Pad(GoQuote.QuoteRune(rune)),
            'U' => flags.Pad($"U+{number:X4}"),
            _ => null,
        };
    }

    private static string? Floating(double number, char verb, FormatFlags flags)
    {
        string? text = verb switch
        {
            'v' => flags.Precision is { } digits ? GoFloat.General(number, Math.Min(digits, 300)) : GoFloat.Shortest(number),
            'g' or 'G' => flags.Precision is { } digits ? GoFloat.General(number, Math.Min(digits, 300)) : GoFloat.Shortest(number),
            'f' or 'F' => double.IsFinite(number) ? number.ToString("F" + Math.Min(flags.Precision ?? 6, 1000), CultureInfo.InvariantCulture) : GoFloat.Special(number),
            'e' or 'E' => double.IsFinite(number) ? Scientific(number, Math.Min(flags.Precision ?? 6, 1000)) : GoFloat.Special(number),
            _ => null,
        };
        if (text is null)
        {
            return null;
        }

        text = verb is 'G' or 'E' ? text.ToUpperInvariant() : text;
        bool negative = text[0] == '-';
        return flags.PadNumber(negative ? "-" : flags.Plus ? "+" : flags.Space ? " " : "", negative ? text[1..] : text.TrimStart('+'));
    }

    private static string Scientific(double number, int digits)
    {
        string text = number.ToString("e" + digits, CultureInfo.InvariantCulture);
        int mark = text.IndexOf('e');
        return text[..mark] + GoFloat.Exponent(int.Parse(text.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
    }

    /// <summary>The verb goes to each part of a list or map.</summary>
    private static string? Composite(object value, Rune verb, FormatFlags flags)
    {
        if (TemplateValues.AsList(value) is { } list)
        {
            return $"[{string.Join(' ', list.Select(item => Part(item, verb, flags)))}]";
        }

        return TemplateValues.AsMap(value) is { } map
            ? $"map[{string.Join(' ', map.Select(member => $"{Part(member.Key, verb, flags)}:{Part(member.Value, verb, flags)}"))}]"
            : null;
    }

    private static string Part(object? value, Rune verb, FormatFlags flags) =>
        Format(value, verb, flags) ?? $"%!{verb}({(value is null ? "<nil>" : $"{TemplateValues.TypeName(value)}={TemplateValues.Print(value)}")})";

    private static string Cut(string text, int? runes) =>
        runes is { } count ? string.Concat(text.EnumerateRunes().Take(count).Select(rune => rune.ToString())) : text;

    private static string Radix(BigInteger number, int radix)
    {
        if (number.IsZero)
        {
            return "0";
        }

        StringBuilder digits = new();
        for (; !number.IsZero; number /= radix)
        {
            digits.Insert(0, "0123456789abcdef"[(int)(number % radix)]);
        }

        return digits.ToString();
    }
}
