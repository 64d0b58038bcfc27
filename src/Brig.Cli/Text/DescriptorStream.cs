using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Cli.Text;

/// <summary>
/// Standard output or error as plain writes. A FileStream would write a redirected file at offsets of its own, over what others
/// write there; the framework's console starts a signal thread.
/// </summary>
internal sealed class DescriptorStream(SafeFileHandle descriptor) : Stream
{
    /// <summary>A writer that owns no descriptor and flushes only when told.</summary>
    public static StreamWriter Writer(int descriptor) =>
        new(new DescriptorStream(new SafeFileHandle(descriptor, ownsHandle: false)), bufferSize: 4096) { NewLine = "\n" };

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush()
    {
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer) => Files.WriteAll(descriptor, buffer);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
