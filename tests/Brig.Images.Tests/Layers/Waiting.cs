namespace Brig.Images.Tests.Layers;

/// <summary>A stream that gives half of its bytes, then waits, then fails or gives the rest.</summary>
internal sealed class Waiting(byte[] content) : Stream
{
    private int _at;

    internal ManualResetEventSlim Reached { get; } = new();

    internal ManualResetEventSlim Go { get; } = new();

    internal Exception? Failure { get; init; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count)
    {
        int half = content.Length / 2;
        if (_at == half)
        {
            Reached.Set();
            Go.Wait();
            if (Failure is not null)
            {
                throw Failure;
            }
        }

        int got = Math.Min(count, (_at < half ? half : content.Length) - _at);
        content.AsSpan(_at, got).CopyTo(buffer.AsSpan(offset));
        _at += got;
        return got;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        Reached.Dispose();
        Go.Dispose();
        base.Dispose(disposing);
    }
}
