using System.Globalization;
using System.Text;

namespace Brig.Cli.Templates;

/// <summary>Takes the quotes and escapes off a Go string or character literal.</summary>
internal static class StringLiteral
{
    public static bool TryUnquote(string literal, out string text)
    {
        char quote = literal[0];
        ReadOnlySpan<char> inside = literal.AsSpan(1, literal.Length - 2);
        text = "";
        if (quote == '`')
        {
            text = inside.ToString().Replace("\r", "", StringComparison.Ordinal);
            return true;
        }

        StringBuilder plain = new();
        List<byte> bytes = [];
        while (!inside.IsEmpty)
        {
            if (inside[0] != '\\')
            {
                Flush(plain, bytes);
                plain.Append(inside[0]);
                inside = inside[1..];
            }
            else if (!TryEscape(ref inside, quote, plain, bytes))
            {
                return false;
            }
        }

        Flush(plain, bytes);
        text = plain.ToString();
        return true;
    }

    private static bool TryEscape(ref ReadOnlySpan<char> inside, char quote, StringBuilder plain, List<byte> bytes)
    {
        if (inside.Length < 2)
        {
            return false;
        }

        char kind = inside[1];
        int simple = "abfnrtv\\".IndexOf(kind);
        if (simple >= 0 || kind == quote)
        {
            Flush(plain, bytes);
            plain.Append(simple >= 0 ? "\a\b\f\n\r\t\v\\"[simple] : quote);
            inside = inside[2..];
            return true;
        }

        int digits = kind switch { 'x' => 2, 'u' => 4, 'U' => 8, >= '0' and <= '7' => 3, _ => 0 };
        int start = kind is >= '0' and <= '7' ? 1 : 2;
        if (digits == 0 || inside.Length < start + digits || !TryNumber(inside.Slice(start, digits), start == 1, out uint value))
        {
            return false;
        }

        inside = inside[(start + digits)..];
        if (kind is 'u' or 'U')
        {
            Flush(plain, bytes);
            bool valid = Rune.TryCreate(value, out Rune rune);
            plain.Append(rune);
            return valid;
        }

        bytes.Add((byte)value);
        return value <= 255;
    }

    private static bool TryNumber(ReadOnlySpan<char> digits, bool octal, out uint value)
    {
        if (!octal)
        {
            return uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
        }

        value = 0;
        foreach (char digit in digits)
        {
            if (digit is < '0' or > '7')
            {
                return false;
            }

            value = (value * 8) + (uint)(digit - '0');
        }

        return true;
    }

    private static void Flush(StringBuilder plain, List<byte> bytes)
    {
        if (bytes.Count > 0)
        {
            plain.Append(Encoding.UTF8.GetString([.. bytes]));
            bytes.Clear();
        }
    }
}
