namespace Brig.Images.Layers.Tar;

/// <summary>
/// Reads a tar archive entry by entry from a stream that cannot seek: ustar, PAX and GNU headers, sparse files of all four kinds.
/// What it cannot trust it refuses with one line: wrong checksums, numbers out of range, endless headers, an end too soon.
/// </summary>
internal sealed class TarReader(TarInput input)
{
    private readonly byte[] _header = new byte[TarFormat.Block];
    private readonly PaxRecords _global = new();
    private PaxRecords? _records;
    private byte[]? _longName;
    private byte[]? _longTarget;
    private long _left;
    private int _padding;

    /// <summary>The next entry, or null at the archive's end. What is left of the content before is skipped.</summary>
    internal TarEntry? Next()
    {
        input.Skip(_left + _padding);
        (_left, _padding) = (0, 0);
        (_records, _longName, _longTarget) = (null, null, null);
        while (ReadHeader())
        {
            switch ((char)_header[TarFormat.Type])
            {
                case 'x' or 'X':
                    (_records ??= _global.Copy()).Add(Extension());
                    break;
                case 'g':
                    _global.Add(Extension());
                    break;
                case 'L':
                    _longName = LongText();
                    break;
                case 'K':
                    _longTarget = LongText();
                    break;
                case 'V':
                    input.Skip(Padded(Number(TarFormat.Size, "size")));
                    break;
                default:
                    return Entry();
            }
        }

        return _records is null && _longName is null && _longTarget is null ? null : throw Truncated();
    }

    /// <summary>The next piece of the current entry's content, valid until the next call; empty at its end.</summary>
    internal ReadOnlySpan<byte> Content()
    {
        if (_left == 0)
        {
            return [];
        }

        ReadOnlySpan<byte> piece = input.Next(_left);
        _left -= piece.Length;
        return piece.Length > 0 ? piece : throw Truncated();
    }

    /// <summary>Fills the buffer with the next bytes of the content, which must have as many.</summary>
    internal void ReadContent(Span<byte> buffer, TarEntry entry)
    {
        if (_left < buffer.Length)
        {
            throw entry.Refuse("a damaged sparse map");
        }

        input.ReadExactly(buffer);
        _left -= buffer.Length;
    }

    internal static BrigException Truncated() => BrigException.Invalid("truncated tar archive: it ends in the middle of an entry");

    /// <summary>False at the end: two blocks of zeroes, or (as GNU tar and others accept) no further block at all.</summary>
    private bool ReadHeader()
    {
        if (!input.TryReadBlock(_header))
        {
            return false;
        }

        if (!_header.AsSpan().ContainsAnyExcept((byte)0))
        {
            return input.TryReadBlock(_header) && _header.AsSpan().ContainsAnyExcept((byte)0)
                ? throw BrigException.Invalid("corrupt tar archive: a block of zeroes stands between two entries")
                : false;
        }

        (long unsigned, long signed) = TarFormat.Sum(_header);
        long stated = _header[148] < 0x80 ? TarNumber.Parse(_header.AsSpan(TarFormat.Checksum), "checksum") : -1;
        return stated == unsigned || stated == signed ? true : throw BrigException.Invalid("corrupt tar archive: an entry's checksum is wrong");
    }

    private TarEntry Entry()
    {
        PaxRecords records = _records ?? _global;
        bool posix = _header.AsSpan(TarFormat.Magic).SequenceEqual("ustar\0"u8);
        byte type = _header[TarFormat.Type];
        (long seconds, uint nanoseconds) = records.Modified ?? (Number(TarFormat.Modified, "mtime"), 0u);
        TarEntry entry = new()
        {
            Name = records.SparseName ?? records.Name ?? _longName ?? HeaderName(posix),
            Target = records.Target ?? _longTarget ?? Field(TarFormat.Target).ToArray(),
            Permissions = (uint)Number(TarFormat.Mode, "mode") & 0xFFF,
            Uid = Owner(records.Uid ?? Number(TarFormat.Uid, "uid"), "uid"),
            Gid = Owner(records.Gid ?? Number(TarFormat.Gid, "gid"), "gid"),
            Seconds = seconds,
            Nanoseconds = nanoseconds,
        };
        entry.Attributes.AddRange(records.Attributes);
        entry.Type = Type(entry, type);
        if (Math.Max(entry.Name.Length, entry.Target.Length) > TarFormat.LongestName)
        {
            throw entry.Refuse($"a name of more than {TarFormat.LongestName} bytes");
        }

        if (entry.Type is TarEntryType.CharacterDevice or TarEntryType.BlockDevice)
        {
            (entry.Major, entry.Minor) = (Device(entry, TarFormat.Major, 0xFFF), Device(entry, TarFormat.Minor, 0xFFFFF));
        }

        // Only files have content: what others state as size is a hint (pax) or nothing.
        if (type is 0 or (byte)'0' or (byte)'7' or (byte)'S' or (byte)'D')
        {
            Open(entry, records, type);
        }

        return entry;
    }

    private void Open(TarEntry entry, PaxRecords records, byte type)
    {
        entry.Size = records.Size ?? Number(TarFormat.Size, "size");
        if (entry.Size < 0 || entry.Size > long.MaxValue - TarFormat.Block)
        {
            throw entry.Refuse("a negative or impossible size");
        }

        (_left, _padding) = (entry.Size, (int)(Padded(entry.Size) - entry.Size));
        entry.Length = entry.Size;
        if (type == 'S')
        {
            entry.Length = Number(TarFormat.OldSparseLength, "size");
            entry.Regions = SparseMaps.ReadOld(input, _header);
        }
        else if (records.SparseMapInContent)
        {
            entry.Regions = SparseMaps.ReadContent(entry, this);
            entry.Size = _left;
        }
        else
        {
            entry.Regions = records.Regions;
        }

        if (entry.Regions is not null)
        {
            entry.Length = records.SparseLength ?? entry.Length;
            SparseMaps.Check(entry);
        }
    }

    private static TarEntryType Type(TarEntry entry, byte type) => (char)type switch
    {
        // Before POSIX a directory was known by its slash alone.
        '\0' or '0' or '7' => entry.Name is [.., (byte)'/'] ? TarEntryType.Directory : TarEntryType.File,
        'S' => TarEntryType.File,
        '1' => TarEntryType.HardLink,
        '2' => TarEntryType.SymbolicLink,
        '3' => TarEntryType.CharacterDevice,
        '4' => TarEntryType.BlockDevice,
        '5' or 'D' => TarEntryType.Directory,
        '6' => TarEntryType.Fifo,
        _ => throw entry.Refuse($"unknown tar entry type {(type is > 32 and < 127 ? $"'{(char)type}'" : type)}"),
    };

    private byte[] HeaderName(bool posix)
    {
        ReadOnlySpan<byte> name = Field(TarFormat.Name), prefix = posix ? Field(TarFormat.Prefix) : [];
        return prefix.IsEmpty ? name.ToArray() : [.. prefix, (byte)'/', .. name];
    }

    private ReadOnlySpan<byte> Field(Range range)
    {
        ReadOnlySpan<byte> field = _header.AsSpan(range);
        int end = field.IndexOf((byte)0);
        return end < 0 ? field : field[..end];
    }

    private long Number(Range range, string what) => TarNumber.Parse(_header.AsSpan(range), what);

    private static uint Owner(long value, string what) =>
        value is >= 0 and < uint.MaxValue ? (uint)value : throw BrigException.Invalid($"corrupt tar archive: the {what} of an entry is out of range"); // -1 would mean "as it is" to chown(2)

    private uint Device(TarEntry entry, Range range, uint largest) =>
        Number(range, "device number") is var value && value >= 0 && value <= largest ? (uint)value : throw entry.Refuse("a device number out of range");

    private byte[] LongText()
    {
        byte[] text = Extension();
        int end = text.AsSpan().IndexOf((byte)0);
        return end < 0 ? text : text[..end];
    }

    private byte[] Extension()
    {
        long size = Number(TarFormat.Size, "size");
        if (size is < 0 or > TarFormat.LargestExtension)
        {
            throw BrigException.Invalid("corrupt tar archive: an extension header of more than 1 MiB");
        }

        byte[] content = new byte[size];
        input.ReadExactly(content);
        input.Skip(Padded(size) - size);
        return content;
    }

    private static long Padded(long size) => size is >= 0 and <= long.MaxValue - TarFormat.Block
        ? (size + TarFormat.Block - 1) / TarFormat.Block * TarFormat.Block
        : throw BrigException.Invalid("corrupt tar archive: an entry has an impossible size");
}
