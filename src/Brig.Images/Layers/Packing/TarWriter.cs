using System.Globalization;
using System.Text;
using Brig.Images.Layers.Tar;

namespace Brig.Images.Layers.Packing;

/// <summary>
/// Writes tar headers that depend on nothing but the entry: ustar without user names, and a PAX header before it only for what
/// ustar cannot say, its records in the order of their keys.
/// </summary>
internal sealed class TarWriter(Stream output)
{
    private const long LargestOctal = 0x1FFFFFFFF; // eleven digits: 8 GiB - 1
    private const uint LargestOwner = 0x1FFFFF; // seven digits

    private readonly byte[] _header = new byte[TarFormat.Block];

    internal void Header(TarEntry entry)
    {
        byte[] records = Records(entry);
        if (records.Length > 0)
        {
            Block("PaxHeaders/x"u8, [], 'x', 0x1A4, records.Length, null);
            output.Write(records);
            Pad(records.Length);
        }

        Block(entry.Name, entry.Target, TypeFlag(entry.Type), entry.Permissions, entry.Size, entry);
    }

    /// <summary>Fills the last block after so many bytes of content.</summary>
    internal void Pad(long length) => output.Write(stackalloc byte[(int)(-length & (TarFormat.Block - 1))]);

    internal void End() => output.Write(stackalloc byte[2 * TarFormat.Block]);

    private void Block(ReadOnlySpan<byte> name, ReadOnlySpan<byte> target, char type, uint mode, long size, TarEntry? entry)
    {
        Span<byte> header = _header;
        header.Clear();
        Text(name, header[TarFormat.Name]);
        Octal(mode, header[TarFormat.Mode]);
        Octal(entry is { Uid: <= LargestOwner } ? entry.Uid : 0, header[TarFormat.Uid]);
        Octal(entry is { Gid: <= LargestOwner } ? entry.Gid : 0, header[TarFormat.Gid]);
        Octal(size <= LargestOctal ? size : 0, header[TarFormat.Size]);
        Octal(entry is { Seconds: >= 0 and <= LargestOctal } ? entry.Seconds : 0, header[TarFormat.Modified]);
        header[TarFormat.Type] = (byte)type;
        Text(target, header[TarFormat.Target]);
        "ustar\000"u8.CopyTo(header[TarFormat.MagicAndVersion]);
        Octal(entry?.Major ?? 0, header[TarFormat.Major]);
        Octal(entry?.Minor ?? 0, header[TarFormat.Minor]);
        Octal(TarFormat.Sum(header).Unsigned, header[TarFormat.Checksum][..7]);
        header[TarFormat.Checksum][7] = (byte)' ';
        output.Write(header);
    }

    private static byte[] Records(TarEntry entry)
    {
        List<(byte[] Key, byte[] Value)> records = [];
        foreach (TarAttribute attribute in entry.Attributes)
        {
            records.Add(([.. "SCHILY.xattr."u8, .. Escape(attribute.Name.AsSpan(0, attribute.Name.Length - 1))], attribute.Value));
        }

        Add(entry.Gid > LargestOwner, "gid", entry.Gid);
        AddText(entry.Target.Length > 100, "linkpath"u8, entry.Target);
        if (entry.Nanoseconds != 0 || entry.Seconds is < 0 or > LargestOctal)
        {
            records.Add(("mtime"u8.ToArray(), Time(entry.Seconds, entry.Nanoseconds)));
        }

        AddText(entry.Name.Length > 100, "path"u8, entry.Name);
        Add(entry.Size > LargestOctal, "size", entry.Size);
        Add(entry.Uid > LargestOwner, "uid", entry.Uid);
        using MemoryStream content = new();
        foreach ((byte[] key, byte[] value) in records)
        {
            content.Write(Record(key, value));
        }

        return content.ToArray();

        void Add(bool needed, string key, long value) => AddText(needed, Encoding.ASCII.GetBytes(key), Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture)));

        void AddText(bool needed, ReadOnlySpan<byte> key, byte[] value)
        {
            if (needed)
            {
                records.Add((key.ToArray(), value));
            }
        }
    }

    /// <summary>The length of a record counts its own digits.</summary>
    private static byte[] Record(byte[] key, byte[] value)
    {
        int plain = key.Length + value.Length + 3, length = plain + Digits(plain);
        length = plain + Digits(length);
        return [.. Encoding.ASCII.GetBytes(length.ToString(CultureInfo.InvariantCulture)), (byte)' ', .. key, (byte)'=', .. value, (byte)'\n'];

        static int Digits(int number) => number.ToString(CultureInfo.InvariantCulture).Length;
    }

    private static byte[] Time(long seconds, uint nanoseconds)
    {
        // PAX has a sign before a magnitude: a quarter before the epoch is -0.25, not second -1 plus three quarters.
        string sign = seconds < 0 ? "-" : "";
        (decimal whole, uint fraction) = seconds < 0 && nanoseconds != 0 ? (-(decimal)(seconds + 1), 1_000_000_000 - nanoseconds) : (Math.Abs((decimal)seconds), nanoseconds);
        string text = fraction == 0 ? $"{sign}{whole}" : $"{sign}{whole}.{fraction:D9}".TrimEnd('0');
        return Encoding.ASCII.GetBytes(text);
    }

    /// <summary>A key ends at the first '='; GNU tar's way around it.</summary>
    private static byte[] Escape(ReadOnlySpan<byte> name) =>
        !name.ContainsAny((byte)'=', (byte)'%') ? name.ToArray()
        : Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(name).Replace("%", "%25", StringComparison.Ordinal).Replace("=", "%3D", StringComparison.Ordinal));

    private static void Text(ReadOnlySpan<byte> text, Span<byte> field) => text[..Math.Min(text.Length, field.Length)].CopyTo(field);

    private static void Octal(long value, Span<byte> field)
    {
        for (int i = field.Length - 2; i >= 0; i--)
        {
            field[i] = (byte)('0' + (value & 7));
            value >>= 3;
        }
    }

    private static char TypeFlag(TarEntryType type) => type switch
    {
        TarEntryType.File => '0',
        TarEntryType.HardLink => '1',
        TarEntryType.SymbolicLink => '2',
        TarEntryType.CharacterDevice => '3',
        TarEntryType.BlockDevice => '4',
        TarEntryType.Directory => '5',
        _ => '6',
    };
}
