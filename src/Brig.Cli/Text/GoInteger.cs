namespace Brig.Cli.Text;

/// <summary>Integers as Go reads them with base 0: <c>0x</c>, <c>0o</c>, <c>0b</c>, a leading zero for octal, underscores between digits.</summary>
internal static class GoInteger
{
    public static bool TryParse(string text, int bits, out long value, out string error)
    {
        value = 0;
        ReadOnlySpan<char> digits = text;
        bool negative = digits is ['-', ..];
        if (digits is ['-' or '+', ..])
        {
            digits = digits[1..];
        }

        if (!TryParseDigits(digits, out ulong magnitude, out bool overflow))
        {
            error = Describe("ParseInt", text, "invalid syntax");
            return false;
        }

        ulong limit = (1UL << (bits - 1)) - (negative ? 0UL : 1UL);
        if (overflow || magnitude > limit)
        {
            error = Describe("ParseInt", text, "value out of range");
            return false;
        }

        value = negative ? unchecked((long)(0 - magnitude)) : (long)magnitude;
        error = "";
        return true;
    }

    public static bool TryParseUnsigned(string text, int bits, out ulong value, out string error)
    {
        if (!TryParseDigits(text, out value, out bool overflow))
        {
            error = Describe("ParseUint", text, "invalid syntax");
            return false;
        }

        if (overflow || (bits < 64 && value >> bits != 0))
        {
            error = Describe("ParseUint", text, "value out of range");
            return false;
        }

        error = "";
        return true;
    }

    private static string Describe(string function, string text, string reason) => $"strconv.{function}: parsing {GoQuote.Quote(text)}: {reason}";

    private static bool TryParseDigits(ReadOnlySpan<char> text, out ulong value, out bool overflow)
    {
        value = 0;
        overflow = false;
        uint radix = 10;
        bool prefixed = false;
        if (text is ['0', _, ..])
        {
            (radix, int skip) = (char)(text[1] | 0x20) switch { 'x' => (16u, 2), 'o' => (8u, 2), 'b' => (2u, 2), _ => (8u, 1) };
            text = text[skip..];
            prefixed = true;
        }

        if (text.IsEmpty)
        {
            return false;
        }

        // An underscore stands between two digits, or between the prefix and a digit.
        bool afterDigit = prefixed;
        foreach (char c in text)
        {
            if (c == '_')
            {
                if (!afterDigit)
                {
                    return false;
                }

                afterDigit = false;
                continue;
            }

            uint digit = c is >= '0' and <= '9' ? (uint)(c - '0') : (c | 0x20) is >= 'a' and <= 'z' ? (uint)((c | 0x20) - 'a' + 10) : 99;
            if (digit >= radix)
            {
                return false;
            }

            UInt128 next = ((UInt128)value * radix) + digit;
            overflow |= next > ulong.MaxValue;
            value = (ulong)next;
            afterDigit = true;
        }

        return afterDigit;
    }
}
