using System.Globalization;
using Brig.Cli.Text;

namespace Brig.Cli.Templates;

/// <summary>A number written in a template: whole where it can be, else floating.</summary>
internal static class NumberLiteral
{
    public static bool TryParse(string text, out object value)
    {
        if (GoInteger.TryParse(text, 64, out long whole, out _))
        {
            value = whole;
            return true;
        }

        value = 0L;
        string plain = text.Replace("_", "", StringComparison.Ordinal);
        if (plain.Any(c => !char.IsAsciiDigit(c) && !"+-.eE".Contains(c))
            || !double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) || !double.IsFinite(number))
        {
            return false;
        }

        // 1e3 is a whole number to Go wherever one is wanted, but prints and compares as the float it is.
        value = number;
        return plain.AsSpan().IndexOfAny('.', 'e', 'E') >= 0;
    }
}
