namespace Brig.Images.Layers.Tar;

/// <summary>The records of PAX extended headers, in force for the next entry (or, of a global header, for all that follow).</summary>
internal sealed class PaxRecords
{
    private const string Corrupt = "corrupt tar archive: a PAX header is damaged";

    internal byte[]? Name { get; private set; }

    internal byte[]? Target { get; private set; }

    internal long? Size { get; private set; }

    internal long? Uid { get; private set; }

    internal long? Gid { get; private set; }

    internal (long Seconds, uint Nanoseconds)? Modified { get; private set; }

    internal List<TarAttribute> Attributes { get; private set; } = [];

    internal byte[]? SparseName { get; private set; }

    internal long? SparseLength { get; private set; }

    internal bool SparseMapInContent { get; private set; }

    internal List<SparseRegion>? Regions { get; private set; }

    private long? _offset;

    internal PaxRecords Copy()
    {
        PaxRecords copy = (PaxRecords)MemberwiseClone();
        copy.Attributes = [.. Attributes];
        copy.Regions = Regions is null ? null : [.. Regions];
        return copy;
    }

    /// <summary>Reads <c>LENGTH KEY=VALUE\n</c> until the end (POSIX.1-2017, pax, "pax Extended Header").</summary>
    internal void Add(ReadOnlySpan<byte> content)
    {
        while (content.Length > 0)
        {
            int space = content.IndexOf((byte)' ');
            if (space is < 1 or > 7 || !TarNumber.TryDecimal(content[..space], out long length) || length < space + 3 || length > content.Length || content[(int)length - 1] != '\n')
            {
                throw BrigException.Invalid(Corrupt);
            }

            ReadOnlySpan<byte> record = content[(space + 1)..((int)length - 1)];
            int equals = record.IndexOf((byte)'=');
            if (equals < 1)
            {
                throw BrigException.Invalid(Corrupt);
            }

            Set(record[..equals], record[(equals + 1)..]);
            content = content[(int)length..];
        }
    }

    private void Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (key.StartsWith("SCHILY.xattr."u8))
        {
            SetAttribute(key["SCHILY.xattr."u8.Length..], value);
        }
        else if (key.StartsWith("GNU.sparse."u8))
        {
            SetSparse(key["GNU.sparse."u8.Length..], value);
        }
        else if (key.SequenceEqual("path"u8))
        {
            Name = Text(value);
        }
        else if (key.SequenceEqual("linkpath"u8))
        {
            Target = Text(value);
        }
        else if (key.SequenceEqual("size"u8))
        {
            Size = Number(value, "size");
        }
        else if (key.SequenceEqual("uid"u8))
        {
            Uid = Number(value, "uid");
        }
        else if (key.SequenceEqual("gid"u8))
        {
            Gid = Number(value, "gid");
        }
        else if (key.SequenceEqual("mtime"u8))
        {
            Modified = value.IsEmpty ? null : TarNumber.ParseTime(value);
        }
    }

    private void SetAttribute(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        byte[] plain = Unescape(name);
        if (plain.Length is 1 or > 256 || plain.AsSpan(0, plain.Length - 1).Contains((byte)0))
        {
            throw BrigException.Invalid(Corrupt);
        }

        Attributes.RemoveAll(attribute => attribute.Name.AsSpan().SequenceEqual(plain));
        Attributes.Add(new TarAttribute(plain, value.ToArray()));
    }

    /// <summary>GNU tar writes '=' and '%' of a name as %3D and %25. The result ends in a NUL.</summary>
    private static byte[] Unescape(ReadOnlySpan<byte> name)
    {
        List<byte> plain = [];
        for (int i = 0; i < name.Length; i++)
        {
            bool percent = name[i..].StartsWith("%25"u8), equals = name[i..].StartsWith("%3D"u8);
            plain.Add(equals ? (byte)'=' : name[i]);
            i += percent || equals ? 2 : 0;
        }

        return [.. plain, 0];
    }

    private void SetSparse(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (key.SequenceEqual("major"u8))
        {
            SparseMapInContent = value.SequenceEqual("1"u8);
        }
        else if (key.SequenceEqual("name"u8))
        {
            SparseName = Text(value);
        }
        else if (key.SequenceEqual("realsize"u8) || key.SequenceEqual("size"u8))
        {
            SparseLength = Number(value, "size");
        }
        else if (key.SequenceEqual("map"u8))
        {
            Regions = Map(value);
        }
        else if (key.SequenceEqual("offset"u8))
        {
            _offset = Number(value, "sparse map");
        }
        else if (key.SequenceEqual("numbytes"u8))
        {
            (Regions ??= []).Add(new SparseRegion(_offset ?? throw BrigException.Invalid(Corrupt), Number(value, "sparse map") ?? throw BrigException.Invalid(Corrupt)));
            _offset = null;
        }
    }

    private static List<SparseRegion> Map(ReadOnlySpan<byte> text)
    {
        List<long> numbers = [];
        foreach (Range part in text.Split((byte)','))
        {
            numbers.Add(TarNumber.ParseDecimal(text[part], "sparse map"));
        }

        return numbers.Count % 2 == 0
            ? [.. numbers.Chunk(2).Select(pair => new SparseRegion(pair[0], pair[1]))]
            : throw BrigException.Invalid("corrupt tar archive: a sparse map is damaged");
    }

    /// <summary>An empty value takes the record back (pax: "as if it had not been there").</summary>
    private static byte[]? Text(ReadOnlySpan<byte> value) =>
        value.IsEmpty ? null : !value.Contains((byte)0) ? value.ToArray() : throw BrigException.Invalid("corrupt tar archive: a name holds a NUL");

    private static long? Number(ReadOnlySpan<byte> value, string what) => value.IsEmpty ? null : TarNumber.ParseDecimal(value, what);
}
