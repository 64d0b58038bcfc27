using System.Buffers;
using System.Globalization;
using System.Text;

namespace Brig.Cli.Text;

/// <summary>Durations as Go writes and reads them: <c>1h2m3.5s</c>, in nanoseconds.</summary>
internal static class GoDuration
{
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    public static bool TryParse(string text, out long nanoseconds, out string error)
    {
        nanoseconds = 0;
        error = $"time: invalid duration {GoQuote.Quote(text)}";
        ReadOnlySpan<char> rest = text;
        bool negative = rest is ['-', ..];
        if (rest is ['-' or '+', ..])
        {
            rest = rest[1..];
        }

        if (rest is "0")
        {
            return true;
        }

        if (rest.IsEmpty)
        {
            return false;
        }

        Int128 total = 0;
        while (!rest.IsEmpty)
        {
            int number = rest.IndexOfAnyExcept(NumberCharacters);
            number = number < 0 ? rest.Length : number;
            ReadOnlySpan<char> digits = rest[..number];
            // A second point ends the number and begins what is then no unit.
            int point = digits.IndexOf('.');
            if (point >= 0 && digits[(point + 1)..].IndexOf('.') is >= 0 and int second)
            {
                digits = digits[..(point + 1 + second)];
            }

            if (digits.IndexOfAnyInRange('0', '9') < 0)
            {
                return false;
            }

            rest = rest[digits.Length..];
            int unitLength = rest.IndexOfAny(NumberCharacters);
            ReadOnlySpan<char> unit = unitLength < 0 ? rest : rest[..unitLength];
            if (unit.IsEmpty)
            {
                error = $"time: missing unit in duration {GoQuote.Quote(text)}";
                return false;
            }

            long scale = Scale(unit);
            if (scale == 0)
            {
                error = $"time: unknown unit {GoQuote.Quote(unit.ToString())} in duration {GoQuote.Quote(text)}";
                return false;
            }

            if (!TryScale(digits, scale, out Int128 part) || (total += part) > (Int128)long.MaxValue + (negative ? 1 : 0))
            {
                return false;
            }

            rest = rest[unit.Length..];
        }

        nanoseconds = (long)(negative ? -total : total);
        error = "";
        return true;
    }

    /// <summary><c>1m30s</c>, <c>1.5s</c>, <c>250ms</c>, <c>0s</c>.</summary>
    public static string Format(long nanoseconds)
    {
        ulong left = nanoseconds < 0 ? (ulong)-(Int128)nanoseconds : (ulong)nanoseconds;
        string sign = nanoseconds < 0 ? "-" : "";
        switch (left)
        {
            case 0:
                return "0s";
            case < 1_000:
                return $"{sign}{left}ns";
            case < 1_000_000:
                return sign + Decimal(left, 1_000) + "µs";
            case < 1_000_000_000:
                return sign + Decimal(left, 1_000_000) + "ms";
        }

        StringBuilder text = new(sign);
        ulong minutes = left / 60_000_000_000;
        if (minutes >= 60)
        {
            text.Append(minutes / 60).Append('h');
        }

        if (minutes > 0)
        {
            text.Append(minutes % 60).Append('m');
        }

        return text.Append(Decimal(left % 60_000_000_000, 1_000_000_000)).Append('s').ToString();
    }

    private static string Decimal(ulong value, ulong unit) =>
        ((decimal)value / unit).ToString("0.#########", CultureInfo.InvariantCulture);

    private static long Scale(ReadOnlySpan<char> unit) => unit switch
    {
        "ns" => 1,
        "us" or "µs" or "μs" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => 0,
    };

    private static bool TryScale(ReadOnlySpan<char> digits, long scale, out Int128 value)
    {
        value = 0;
        int point = digits.IndexOf('.');
        foreach (char digit in point < 0 ? digits : digits[..point])
        {
            value = (value * 10) + (digit - '0');
            if (value > long.MaxValue)
            {
                return false;
            }
        }

        value *= scale;
        Int128 fraction = 0;
        Int128 divisor = 1;
        foreach (char digit in point < 0 ? default : digits[(point + 1)..])
        {
            if (divisor < 1_000_000_000_000_000_000)
            {
                fraction = (fraction * 10) + (digit - '0');
                divisor *= 10;
            }
        }

        value += fraction * scale / divisor;
        return true;
    }
}
