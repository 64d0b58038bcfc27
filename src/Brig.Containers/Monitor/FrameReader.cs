using System.Buffers.Binary;

namespace Brig.Containers.Monitor;

/// <summary>Puts frames together from what a socket gives. Frames are at most 1 MiB.</summary>
internal sealed class FrameReader
{
    internal const int HeaderSize = 5;
    private const int MaximumSize = 1 << 20;

    private byte[] _buffer = new byte[64 << 10];
    private int _start;
    private int _end;

    /// <summary>Where the next bytes from the socket go.</summary>
    internal Span<byte> Free()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        return _buffer.AsSpan(_end);
    }

    internal void Advance(int count) => _end += count;

    /// <summary>The next whole frame; false while there is none. The content is valid until the next call of <see cref="Free"/>.</summary>
    internal bool TryTake(out FrameType type, out ReadOnlySpan<byte> content)
    {
        type = default;
        content = default;
        if (_end - _start < HeaderSize)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(_buffer.AsSpan(_start + 1));
        if (length is < 0 or > MaximumSize)
        {
            throw BrigException.Invalid("a message of an impossible size came from the other side");
        }

        if (_end - _start - HeaderSize < length)
        {
            return false;
        }

        type = (FrameType)_buffer[_start];
        content = _buffer.AsSpan(_start + HeaderSize, length);
        _start += HeaderSize + length;
        return true;
    }
}
