using System.Globalization;

namespace Brig.Cli.Text;

/// <summary>Floating point numbers as Go prints them.</summary>
internal static class GoFloat
{
    private const int ShortestPlain = 6;

    /// <summary><c>%.Ng</c>: that many significant digits, no trailing zeros, an exponent where it is shorter.</summary>
    public static string General(double value, int precision)
    {
        if (!double.IsFinite(value))
        {
            return Special(value);
        }

        if (value == 0)
        {
            return "0";
        }

        string scientific = value.ToString("e" + Math.Max(0, precision - 1), CultureInfo.InvariantCulture);
        int mark = scientific.IndexOf('e');
        int exponent = int.Parse(scientific.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        if (exponent < -4 || exponent >= Math.Max(precision, 1))
        {
            return Trim(scientific[..mark]) + Exponent(exponent);
        }

        return Trim(value.ToString("F" + Math.Max(0, precision - 1 - exponent), CultureInfo.InvariantCulture));
    }

    /// <summary><c>%v</c>: the shortest digits that read back the same, an exponent from 1e6 on.</summary>
    public static string Shortest(double value)
    {
        if (!double.IsFinite(value))
        {
            return Special(value);
        }

        if (value == 0)
        {
            return double.IsNegative(value) ? "-0" : "0";
        }

        string round = value.ToString("E16", CultureInfo.InvariantCulture);
        int exponent = int.Parse(round.AsSpan(round.IndexOf('E') + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        string digits = Digits(value.ToString("R", CultureInfo.InvariantCulture));
        string sign = value < 0 ? "-" : "";
        if (exponent < -4 || exponent >= ShortestPlain)
        {
            return sign + (digits.Length == 1 ? digits : $"{digits[0]}.{digits[1..]}") + Exponent(exponent);
        }

        if (exponent < 0)
        {
            return sign + "0." + new string('0', -exponent - 1) + digits;
        }

        return sign + (digits.Length <= exponent + 1 ? digits.PadRight(exponent + 1, '0') : $"{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}");
    }

    public static string Exponent(int exponent) => $"e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";

    public static string Special(double value) => double.IsNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";

    private static string Digits(string shortest)
    {
        int mark = shortest.IndexOf('E');
        string mantissa = (mark < 0 ? shortest : shortest[..mark]).TrimStart('-').Replace(".", "", StringComparison.Ordinal);
        string digits = mantissa.TrimStart('0').TrimEnd('0');
        return digits.Length == 0 ? "0" : digits;
    }

    private static string Trim(string number) => number.Contains('.') ? number.TrimEnd('0').TrimEnd('.') : number;
}
