using System.Buffers;
using System.Globalization;

namespace Brig.Cli.Text;

/// <summary>Byte counts for people, as Docker reads and writes them.</summary>
internal static class Sizes
{
    private static readonly SearchValues<char> NumberEnds = SearchValues.Create("0123456789. ");

    /// <summary>Decimal units, four significant digits: <c>1.234kB</c>, <c>77.8MB</c>.</summary>
    public static string Human(double bytes, int precision = 4) => Format(bytes, 1000, ["B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"], precision);

    /// <summary>Binary units, four significant digits: <c>1.5GiB</c>.</summary>
    public static string Binary(double bytes) => Format(bytes, 1024, ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"], 4);

    /// <summary>A number with <c>b k m g t p</c> and an optional <c>B</c> or <c>iB</c>, all of 1024.</summary>
    public static bool TryParseRam(string text, out long bytes, out string error)
    {
        bytes = 0;
        int last = text.AsSpan().LastIndexOfAny(NumberEnds);
        if (last < 0)
        {
            error = $"invalid size: '{text}'";
            return false;
        }

        string number = text[last] == ' ' ? text[..last] : text[..(last + 1)];
        string suffix = text[(last + 1)..];
        if (!TryNumber(number, out double size))
        {
            error = $"strconv.ParseFloat: parsing {GoQuote.Quote(number)}: invalid syntax";
            return false;
        }

        if (size < 0)
        {
            error = $"invalid size: '{text}'";
            return false;
        }

        int power = Power(suffix);
        if (power < 0)
        {
            error = $"invalid suffix: '{(suffix.Length > 3 ? suffix : suffix.ToLowerInvariant())}'";
            return false;
        }

        size *= Math.Pow(1024, power);
        if (size >= long.MaxValue)
        {
            error = $"invalid size: '{text}'";
            return false;
        }

        bytes = (long)size;
        error = "";
        return true;
    }

    private static bool TryNumber(string text, out double value)
    {
        value = 0;
        if (text.Length == 0 || text[^1] == '_' || text[0] == '_' || text.Contains("__", StringComparison.Ordinal))
        {
            return false;
        }

        foreach (char c in text)
        {
            if (!char.IsAsciiDigit(c) && c is not ('.' or 'e' or 'E' or '+' or '-' or '_'))
            {
                return false;
            }
        }

        return double.TryParse(text.Replace("_", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture, out value)
            && double.IsFinite(value);
    }

    private static int Power(string suffix) => suffix.ToLowerInvariant() switch
    {
        "" or "b" => 0,
        "k" or "kb" or "kib" => 1,
        "m" or "mb" or "mib" => 2,
        "g" or "gb" or "gib" => 3,
        "t" or "tb" or "tib" => 4,
        "p" or "pb" or "pib" => 5,
        _ => -1,
    };

    private static string Format(double size, double unit, ReadOnlySpan<string> names, int precision)
    {
        int step = 0;
        while (size >= unit && step < names.Length - 1)
        {
            size /= unit;
            step++;
        }

        return GoFloat.General(size, precision) + names[step];
    }
}
