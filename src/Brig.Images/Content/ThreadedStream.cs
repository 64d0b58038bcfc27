using System.IO.Pipelines;

namespace Brig.Images.Content;

/// <summary>What a writer on a thread of its own writes, for one reader; the writer waits where it is a few hundred kilobytes ahead. Its failure is the reader's.</summary>
internal sealed class ThreadedStream : Stream
{
    private const int Ahead = 1 << 20;

    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: Ahead, resumeWriterThreshold: Ahead / 2, minimumSegmentSize: 1 << 16, useSynchronizationContext: false));
    private readonly Thread _writer;
    private readonly Stream _reader;

    /// <param name="write">Runs to its end, or until the stream is disposed: then its writes fail.</param>
    internal ThreadedStream(Action<Stream> write)
    {
        _reader = _pipe.Reader.AsStream();
        _writer = new Thread(() => Write(write), 1 << 20) { Name = "write archive", IsBackground = true };
        _writer.Start();
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer) => _reader.Read(buffer);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

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
            _pipe.Reader.Complete();
            _writer.Join();
        }

        base.Dispose(disposing);
    }

    private void Write(Action<Stream> write)
    {
        try
        {
            using Stream output = new BufferedStream(new PipeOutput(_pipe.Writer), 1 << 16);
            write(output);
            output.Flush();
            _pipe.Writer.Complete();
        }
#pragma warning disable CA1031 // not swallowed: the reader gets it
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _pipe.Writer.Complete(failure);
        }
    }

    /// <summary>The writing end, which fails once nobody reads.</summary>
    private sealed class PipeOutput(PipeWriter writer) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            buffer.CopyTo(writer.GetSpan(buffer.Length));
            writer.Advance(buffer.Length);
            if (writer.FlushAsync().AsTask().GetAwaiter().GetResult().IsCompleted)
            {
                throw new OperationCanceledException();
            }
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
