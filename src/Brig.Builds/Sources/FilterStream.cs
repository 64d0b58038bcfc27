using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Builds.Sources;

/// <summary>The output of a program that runs. Its end is an error where the program's is.</summary>
internal sealed class FilterStream(SafeFileHandle pipe, int pid) : Stream
{
    private bool _reaped;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        int got = Files.Read(pipe, buffer);
        if (got == 0 && !_reaped && Reap() is not 0 and var code)
        {
            throw BrigException.Invalid($"the archive could not be decompressed (exit code {code})");
        }

        return got;
    }

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
            pipe.Dispose(); // SIGPIPE ends a program that has more to say
            if (!_reaped)
            {
                Reap();
            }
        }

        base.Dispose(disposing);
    }

    private int Reap()
    {
        int? code;
        while ((code = Processes.TryReap(pid)) is null)
        {
            Thread.Sleep(1);
        }

        _reaped = true;
        return code.Value;
    }
}
