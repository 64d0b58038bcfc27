using System.Buffers.Binary;
using System.IO.Hashing;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Layers.Index;

/// <summary>Reads a layer's index from beginning to end, one path at a time; memory does not grow with it. Throws <see cref="InvalidDataException"/> where it is damaged.</summary>
internal sealed class IndexReader : IDisposable
{
    private const int LongestPath = 1 << 20;

    private readonly SafeFileHandle _file;
    private readonly XxHash3 _hash = new();
    private readonly byte[] _buffer = new byte[1 << 16];
    private readonly Stack<int> _starts = new();
    private byte[] _path = new byte[256];
    private int _used, _length;
    private long _lastSeconds;
    private ulong _entries;
    private bool _ended;

    /// <param name="file">Becomes the reader's.</param>
    internal IndexReader(SafeFileHandle file)
    {
        _file = file;
        foreach (byte expected in IndexFormat.Magic)
        {
            if (Byte() != expected)
            {
                throw Damaged();
            }
        }
    }

    /// <summary>The path below the root, without a slash at its ends; empty for the root. Valid until the next call.</summary>
    internal ReadOnlySpan<byte> Path => _path.AsSpan(0, PathLength);

    internal int PathLength { get; private set; }

    /// <summary>0 for the root.</summary>
    internal int Depth { get; private set; }

    internal IndexEntry Entry { get; private set; }

    /// <summary>Goes on to the next path; false at the end, where the checksum has been found right.</summary>
    internal bool Next()
    {
        if (_ended)
        {
            return false;
        }

        ulong depth = Number();
        if (depth == IndexFormat.End)
        {
            Finish();
            return false;
        }

        Walk(depth - 1, Number());
        Entry = ReadEntry();
        _entries++;
        return true;
    }

    public void Dispose() => _file.Dispose();

    private void Walk(ulong depth, ulong nameLength)
    {
        if (depth > (ulong)_starts.Count || nameLength > 255 || (nameLength == 0) != (depth == 0))
        {
            throw Damaged();
        }

        // The stack holds where the name of each depth begins; what is deeper than the new entry goes.
        int start = PathLength;
        while ((ulong)_starts.Count > depth)
        {
            start = _starts.Pop();
        }

        Depth = (int)depth;
        _starts.Push(start);
        int slash = start > 0 ? 1 : 0, end = start + slash + (int)nameLength;
        if (end > _path.Length)
        {
            Array.Resize(ref _path, end <= LongestPath ? Math.Max(end, _path.Length * 2) : throw Damaged());
        }

        if (slash > 0)
        {
            _path[start] = (byte)'/';
        }

        for (int i = start + slash; i < end; i++)
        {
            _path[i] = Byte();
        }

        PathLength = end;
    }

    private IndexEntry ReadEntry()
    {
        byte head = Byte();
        IndexEntry entry = new() { Kind = (IndexKind)(head & IndexFormat.KindMask), IsOpaque = (head & IndexFormat.OpaqueFlag) != 0 };
        if (entry.Kind is < IndexKind.Directory or > IndexKind.Whiteout)
        {
            throw Damaged();
        }

        if (entry.IsWhiteout)
        {
            return entry;
        }

        entry = entry with { Permissions = (uint)Number(), Uid = (uint)Number(), Gid = (uint)Number(), Seconds = Seconds(), Nanoseconds = (uint)Number() };
        entry = entry.Kind switch
        {
            IndexKind.File => entry with { Size = (long)Number(), Content = Fixed() },
            IndexKind.SymbolicLink => entry with { Content = Fixed() },
            IndexKind.CharacterDevice or IndexKind.BlockDevice => entry with { Major = (uint)Number(), Minor = (uint)Number() },
            _ => entry,
        };
        entry = (head & IndexFormat.AttributesFlag) != 0 ? entry with { Attributes = Fixed() } : entry;
        return (head & IndexFormat.LinkFlag) != 0 ? entry with { Link = (uint)Number() } : entry;
    }

    private long Seconds()
    {
        ulong coded = Number();
        return _lastSeconds = unchecked(_lastSeconds + ((long)(coded >> 1) ^ -(long)(coded & 1)));
    }

    private void Finish()
    {
        ulong stated = Number();
        _hash.Append(_buffer.AsSpan(0, _used));
        ulong sum = _hash.GetCurrentHashAsUInt64();
        if (stated != _entries || Fixed() != sum)
        {
            throw Damaged();
        }

        _ended = true;
    }

    private ulong Number()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte part = Byte();
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw Damaged();
    }

    private ulong Fixed()
    {
        Span<byte> bytes = stackalloc byte[8];
        for (int i = 0; i < 8; i++)
        {
            bytes[i] = Byte();
        }

        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    private byte Byte()
    {
        if (_used == _length)
        {
            _hash.Append(_buffer.AsSpan(0, _length));
            _used = 0;
            _length = Files.Read(_file, _buffer);
            if (_length <= 0)
            {
                throw Damaged();
            }
        }

        return _buffer[_used++];
    }

    private static InvalidDataException Damaged() => new("the index is damaged");
}
