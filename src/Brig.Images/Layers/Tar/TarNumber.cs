using System.Buffers.Binary;
using System.Buffers.Text;

namespace Brig.Images.Layers.Tar;

/// <summary>Numbers as tar writes them: octal text or GNU's base 256 in headers, decimal text in PAX records.</summary>
internal static class TarNumber
{
    internal static long Parse(ReadOnlySpan<byte> field, string what)
    {
        if ((field[0] & 0x80) != 0)
        {
            return ParseBinary(field, what);
        }

        ReadOnlySpan<byte> digits = field.Trim(" \0"u8);
        long value = 0;
        foreach (byte digit in digits)
        {
            // Some writers leave old bytes behind the closing NUL.
            if (digit is 0 or (byte)' ')
            {
                break;
            }

            if (digit is < (byte)'0' or > (byte)'7' || value >> 60 != 0)
            {
                throw BrigException.Invalid($"corrupt tar archive: the {what} of an entry is not a number");
            }

            value = (value << 3) | (uint)(digit - '0');
        }

        return value;
    }

    /// <summary>Seconds and nanoseconds of a PAX time: <c>-1.5</c> is half a second before second -1.</summary>
    internal static (long Seconds, uint Nanoseconds) ParseTime(ReadOnlySpan<byte> text)
    {
        int point = text.IndexOf((byte)'.');
        ReadOnlySpan<byte> whole = point < 0 ? text : text[..point];
        ReadOnlySpan<byte> fraction = point < 0 ? [] : text[(point + 1)..];
        bool negative = whole is [(byte)'-', ..];
        if (!TryDecimal(whole, out long seconds) || fraction.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            throw BrigException.Invalid("corrupt tar archive: the mtime of an entry is not a number");
        }

        uint nanoseconds = 0;
        for (int i = 0; i < 9; i++)
        {
            nanoseconds = (nanoseconds * 10) + (i < fraction.Length ? (uint)(fraction[i] - '0') : 0);
        }

        return negative && nanoseconds != 0 ? (seconds - 1, 1_000_000_000 - nanoseconds) : (seconds, nanoseconds);
    }

    internal static long ParseDecimal(ReadOnlySpan<byte> text, string what) =>
        TryDecimal(text, out long value) ? value : throw BrigException.Invalid($"corrupt tar archive: the {what} of an entry is not a number");

    internal static bool TryDecimal(ReadOnlySpan<byte> text, out long value) =>
        Utf8Parser.TryParse(text, out value, out int used) && used == text.Length && text[0] != '+' && value != long.MinValue;

    private static long ParseBinary(ReadOnlySpan<byte> field, string what)
    {
        // Two's complement, big endian, the first bit only says that it is binary.
        bool negative = (field[0] & 0x40) != 0;
        int fill = negative ? 0xFF : 0;
        for (int i = 0; i < field.Length - 8; i++)
        {
            int expected = i == 0 ? fill | 0x80 : fill;
            if (field[i] != expected)
            {
                throw BrigException.Invalid($"corrupt tar archive: the {what} of an entry is too large");
            }
        }

        if (field.Length > 8)
        {
            long value = BinaryPrimitives.ReadInt64BigEndian(field[^8..]);
            return (value < 0) == negative ? value : throw BrigException.Invalid($"corrupt tar archive: the {what} of an entry is too large");
        }

        // Eight bytes: bit 6 is the sign.
        long bits = BinaryPrimitives.ReadInt64BigEndian(field);
        return (bits << 1) >> 1;
    }
}
