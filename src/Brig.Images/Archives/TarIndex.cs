using System.Globalization;
using System.Text;
using Brig.Images.Content;
using Brig.Linux;
using Brig.Oci;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Archives;

/// <summary>The files of an uncompressed tar archive of images, by name (POSIX.1-2001 pax, ustar, GNU long names). Reads headers only.</summary>
internal sealed class TarIndex
{
    private const int Block = 512, NameLimit = 64 << 10, EntryLimit = 100_000, LinkLimit = 8;

    private readonly Dictionary<string, TarEntry> _entries = new(StringComparer.Ordinal);
    private readonly SafeFileHandle _file;

    private TarIndex(SafeFileHandle file) => _file = file;

    internal static TarIndex Read(SafeFileHandle file, long start)
    {
        TarIndex index = new(file);
        index.Read(start);
        return index;
    }

    internal bool Has(string name) => Resolve(name) is not null;

    /// <summary>Bytes of the file.</summary>
    internal long SizeOf(string name) => Find(name).Size;

    /// <summary>The file's content, as often as one likes.</summary>
    internal Stream Open(string name, Action<long>? progress = null) => Find(name) is var entry ? new FileSlice(_file, entry.Offset, entry.Size, progress) : null!;

    /// <summary>A document as a whole; null where there is none.</summary>
    internal byte[]? Document(string name, int limit)
    {
        if (Resolve(name) is not { } entry)
        {
            return null;
        }

        if (entry.Size > limit)
        {
            throw BrigException.Invalid($"archive: {Text.Quote(name)} has more than {limit >> 20} MiB");
        }

        byte[] content = new byte[entry.Size];
        using FileSlice slice = new(_file, entry.Offset, entry.Size);
        slice.ReadExactly(content);
        return content;
    }

    private TarEntry Find(string name) => Resolve(name) ?? throw BrigException.Invalid($"archive: {Text.Quote(name)} is missing");

    /// <summary>Old versions of docker save wrote a symbolic link where a layer came twice.</summary>
    private TarEntry? Resolve(string name)
    {
        name = Clean(name);
        for (int i = 0; i < LinkLimit && _entries.TryGetValue(name, out TarEntry? entry); i++)
        {
            if (entry.LinkTarget is not { } target)
            {
                return entry;
            }

            name = Clean(Path.Combine(Path.GetDirectoryName(name) ?? "", target));
        }

        return null;
    }

    private static string Clean(string name) => Path.GetFullPath("/" + name).TrimStart('/');

    private void Read(long at)
    {
        byte[] header = new byte[Block];
        (string? longName, string? longLink, long? paxSize) = (null, null, null);
        long length = Files.Stat(_file).Size;
        while (Fill(header, at) && header.AsSpan().ContainsAnyExcept((byte)0))
        {
            Verify(header);
            long size = paxSize ?? Number(header.AsSpan(124, 12));
            char type = (char)header[156];
            long content = at + Block;
            at = content + ((size + Block - 1) / Block * Block);
            if (type is not ('1' or '2') && size > length - content)
            {
                throw BrigException.Invalid("archive: unexpected EOF");
            }

            switch (type)
            {
                case 'L':
                    longName = Encoding.UTF8.GetString(Small(content, size)).TrimEnd('\0');
                    continue;
                case 'K':
                    longLink = Encoding.UTF8.GetString(Small(content, size)).TrimEnd('\0');
                    continue;
                case 'x':
                    Pax(Small(content, size), ref longName, ref longLink, ref paxSize);
                    continue;
                case 'g':
                    continue;
            }

            string name = Clean(longName ?? Name(header));
            string link = longLink ?? Zeroed(header.AsSpan(157, 100));
            (longName, longLink, paxSize) = (null, null, null);
            if (type is '0' or '\0' or '7')
            {
                _entries[name] = new TarEntry(content, size, null);
            }
            else if (type is '1' or '2')
            {
                // A hard link's target counts from the root of the archive.
                _entries[name] = new TarEntry(0, 0, type == '1' ? "/" + link : link);
                at = content;
            }

            if (_entries.Count > EntryLimit)
            {
                throw BrigException.Invalid($"archive: more than {EntryLimit} files (is it an image archive?)");
            }
        }
    }

    private bool Fill(byte[] header, long at)
    {
        int got = 0;
        while (got < Block && RandomAccess.Read(_file, header.AsSpan(got), at + got) is var more and > 0)
        {
            got += more;
        }

        return got == Block || (got == 0 ? false : throw BrigException.Invalid("archive: unexpected EOF"));
    }

    private byte[] Small(long at, long size)
    {
        if (size > NameLimit)
        {
            throw BrigException.Invalid("archive/tar: invalid tar header: a name is too long");
        }

        byte[] content = new byte[size];
        using FileSlice slice = new(_file, at, size);
        slice.ReadExactly(content);
        return content;
    }

    private static void Verify(byte[] header)
    {
        long sum = 0;
        for (int i = 0; i < Block; i++)
        {
            sum += i is >= 148 and < 156 ? ' ' : header[i];
        }

        if (sum != Number(header.AsSpan(148, 8)))
        {
            throw BrigException.Invalid("archive/tar: invalid tar header");
        }
    }

    private static string Name(byte[] header)
    {
        string name = Zeroed(header.AsSpan(0, 100));
        string prefix = header.AsSpan(257, 6).SequenceEqual("ustar\0"u8) ? Zeroed(header.AsSpan(345, 155)) : "";
        return prefix.Length == 0 ? name : $"{prefix}/{name}";
    }

    private static string Zeroed(ReadOnlySpan<byte> field) => Encoding.UTF8.GetString(field.IndexOf((byte)0) is var end and >= 0 ? field[..end] : field);

    private static long Number(ReadOnlySpan<byte> field)
    {
        long value = 0;
        if ((field[0] & 0x80) != 0)
        {
            foreach (byte b in field[^8..])
            {
                value = (value << 8) | b;
            }
        }
        else
        {
            foreach (byte b in field)
            {
                value = b is >= (byte)'0' and <= (byte)'7' ? (value * 8) + (b - '0') : value;
            }
        }

        return value is >= 0 and < 1L << 50 ? value : throw BrigException.Invalid("archive/tar: invalid tar header");
    }

    /// <summary>Records of <c>LENGTH KEY=VALUE\n</c> (POSIX.1-2001 pax).</summary>
    private static void Pax(ReadOnlySpan<byte> records, ref string? name, ref string? link, ref long? size)
    {
        while (records.Length > 0)
        {
            int space = records.IndexOf((byte)' ');
            if (space <= 0 || !int.TryParse(records[..space], NumberStyles.None, CultureInfo.InvariantCulture, out int length) || length <= space + 2 || length > records.Length
                || records[(space + 1)..(length - 1)] is var record && record.IndexOf((byte)'=') is var equals && equals < 0)
            {
                throw BrigException.Invalid("archive/tar: invalid tar header: a damaged pax record");
            }

            record = records[(space + 1)..(length - 1)];
            string value = Encoding.UTF8.GetString(record[(record.IndexOf((byte)'=') + 1)..]);
            switch (Encoding.UTF8.GetString(record[..record.IndexOf((byte)'=')]))
            {
                case "path":
                    name = value;
                    break;
                case "linkpath":
                    link = value;
                    break;
                case "size" when long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long parsed) && parsed < 1L << 50:
                    size = parsed;
                    break;
            }

            records = records[length..];
        }
    }
}
