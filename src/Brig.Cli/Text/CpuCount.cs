using System.Globalization;
using System.Numerics;

namespace Brig.Cli.Text;

/// <summary>A number of CPUs as a decimal or a fraction, in billionths.</summary>
internal static class CpuCount
{
    public static bool TryParse(string text, out long nanoCpus, out string error)
    {
        nanoCpus = 0;
        int slash = text.IndexOf('/');
        Ratio? count = slash < 0 ? Number(text) : Fraction(text.AsSpan(0, slash), text.AsSpan(slash + 1));
        if (count is not { } ratio)
        {
            error = $"failed to parse {text} as a rational number";
            return false;
        }

        BigInteger scaled = BigInteger.DivRem(ratio.Numerator * 1_000_000_000, ratio.Denominator, out BigInteger remainder);
        if (!remainder.IsZero || scaled > long.MaxValue || scaled < long.MinValue)
        {
            error = "value is too precise";
            return false;
        }

        nanoCpus = (long)scaled;
        error = "";
        return true;
    }

    /// <summary>The shortest decimal: <c>1.5</c>, <c>0.25</c>.</summary>
    public static string Format(long nanoCpus) => (nanoCpus / 1_000_000_000m).ToString("0.###", CultureInfo.InvariantCulture);

    private static Ratio? Fraction(ReadOnlySpan<char> top, ReadOnlySpan<char> bottom) =>
        GoInteger.TryParse(top.ToString(), 64, out long numerator, out _)
        && GoInteger.TryParseUnsigned(bottom.ToString(), 63, out ulong denominator, out _) && denominator != 0
            ? new Ratio(numerator, denominator) : null;

    private static Ratio? Number(string text)
    {
        if (GoInteger.TryParse(text, 64, out long whole, out _))
        {
            // Go reads 010 as octal for a flag but as ten here: a leading zero is only a prefix before a letter.
            bool octal = text.TrimStart('+', '-') is ['0', >= '0' and <= '9' or '_', ..];
            if (!octal)
            {
                return new Ratio(whole, 1);
            }
        }

        string plain = text.Replace("_", "", StringComparison.Ordinal);
        int mark = plain.AsSpan().IndexOfAny('e', 'E');
        string mantissa = mark < 0 ? plain : plain[..mark];
        int exponent = 0;
        if (mark >= 0 && (!int.TryParse(plain.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent) || Math.Abs(exponent) > 400))
        {
            return null;
        }

        int point = mantissa.IndexOf('.');
        exponent -= point < 0 ? 0 : mantissa.Length - point - 1;
        string digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        if (mantissa.Length - digits.Length > 1 || digits.Length > 400
            || !BigInteger.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger value))
        {
            return null;
        }

        BigInteger power = BigInteger.Pow(10, Math.Abs(exponent));
        return exponent < 0 ? new Ratio(value, power) : new Ratio(value * power, 1);
    }

    private readonly record struct Ratio(BigInteger Numerator, BigInteger Denominator);
}
