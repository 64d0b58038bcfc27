namespace Brig.Images.Content;

/// <summary>
/// What a library uncompresses. Damaged input makes it fail in any way it likes, from its first byte on: here it always is an
/// <see cref="InvalidDataException"/>.
/// </summary>
/// <param name="packed">Stays open until this is disposed.</param>
/// <param name="open">Makes the library's stream; called at the first read.</param>
internal sealed class ForeignStream(Stream packed, Func<Stream, Stream> open) : Stream
{
    private Stream? _inner;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count)
    {
        try
        {
            _inner ??= open(packed);
            return _inner.Read(buffer, offset, count);
        }
        catch (Exception failure) when (failure is not (IOException or OperationCanceledException or BrigException))
        {
            throw new InvalidDataException(failure.Message, failure);
        }
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner?.Dispose();
            packed.Dispose();
        }

        base.Dispose(disposing);
    }
}
