using System.Buffers.Binary;
using System.IO.Hashing;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Layers.Index;

/// <summary>Writes a layer's index. Entries come in the order of <see cref="IndexFormat"/>.</summary>
internal sealed class IndexWriter
{
    private readonly SafeFileHandle _file;
    private readonly XxHash3 _hash = new();
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _used;
    private long _lastSeconds;
    private ulong _entries;

    internal IndexWriter(SafeFileHandle file)
    {
        _file = file;
        Put(IndexFormat.Magic);
    }

    /// <param name="depth">0 for the root, whose name is empty.</param>
    /// <param name="name">Without a NUL.</param>
    internal void Add(int depth, ReadOnlySpan<byte> name, IndexEntry entry)
    {
        Number((ulong)depth + 1);
        Number((ulong)name.Length);
        Put(name);
        PutByte((byte)((byte)entry.Kind | (entry.IsOpaque ? IndexFormat.OpaqueFlag : 0) | (entry.Attributes != 0 ? IndexFormat.AttributesFlag : 0) | (entry.Link != 0 ? IndexFormat.LinkFlag : 0)));
        _entries++;
        if (entry.IsWhiteout)
        {
            return;
        }

        Number(entry.Permissions);
        Number(entry.Uid);
        Number(entry.Gid);
        long difference = unchecked(entry.Seconds - _lastSeconds);
        Number((ulong)((difference << 1) ^ (difference >> 63)));
        _lastSeconds = entry.Seconds;
        Number(entry.Nanoseconds);
        switch (entry.Kind)
        {
            case IndexKind.File:
                Number((ulong)entry.Size);
                Fixed(entry.Content);
                break;
            case IndexKind.SymbolicLink:
                Fixed(entry.Content);
                break;
            case IndexKind.CharacterDevice or IndexKind.BlockDevice:
                Number(entry.Major);
                Number(entry.Minor);
                break;
        }

        if (entry.Attributes != 0)
        {
            Fixed(entry.Attributes);
        }

        if (entry.Link != 0)
        {
            Number(entry.Link);
        }
    }

    internal void Finish()
    {
        PutByte(IndexFormat.End);
        Number(_entries);
        Flush();
        Span<byte> sum = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(sum, _hash.GetCurrentHashAsUInt64());
        Files.WriteAll(_file, sum);
    }

    private void Number(ulong value)
    {
        while (value >= 0x80)
        {
            PutByte((byte)(value | 0x80));
            value >>= 7;
        }

        PutByte((byte)value);
    }

    private void Fixed(ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        Put(bytes);
    }

    private void PutByte(byte value)
    {
        if (_used == _buffer.Length)
        {
            Flush();
        }

        _buffer[_used++] = value;
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            PutByte(value);
        }
    }

    private void Flush()
    {
        _hash.Append(_buffer.AsSpan(0, _used));
        Files.WriteAll(_file, _buffer.AsSpan(0, _used));
        _used = 0;
    }
}
