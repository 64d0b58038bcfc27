using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Content;

/// <summary>Reads a part of an open file by position, so that several readers share one descriptor. Does not own it.</summary>
/// <param name="file">The file.</param>
/// <param name="start">Where the part begins.</param>
/// <param name="lengthAt">The length of the part as known when a reader stands at a position; may wait.</param>
/// <param name="progress">Is told the position after each read.</param>
internal sealed class FileSlice(SafeFileHandle file, long start, Func<long, long> lengthAt, Action<long>? progress = null) : Stream
{
    private long _position;

    internal FileSlice(SafeFileHandle file, long start, long length, Action<long>? progress = null)
        : this(file, start, _ => length, progress)
    {
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        long left = lengthAt(_position) - _position;
        int wanted = (int)Math.Min(left, buffer.Length);
        if (wanted <= 0)
        {
            return 0;
        }

        int got = RandomAccess.Read(file, buffer[..wanted], start + _position);
        if (got == 0)
        {
            throw new EndOfStreamException("the file is shorter than it was");
        }

        _position += got;
        progress?.Invoke(_position);
        return got;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(buffer.Span));
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
