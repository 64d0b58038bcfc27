using System.Text;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Containers.Logs;

/// <summary>
/// Writes a container's output in the form of Docker's json-file driver: a record a line, a line of more than 16 KiB in
/// several records of which only the last ends in a newline (semantics.md 47, 49).
/// </summary>
internal sealed class LogWriter(SafeFileHandle file, TimeProvider time) : IDisposable
{
    private const int MaximumRecord = 16 << 10;

    private readonly byte[][] _partial = [new byte[MaximumRecord], new byte[MaximumRecord]];
    private readonly int[] _length = new int[2];
    private readonly MemoryStream _records = new();

    /// <summary>Set once a write failed, e.g. on a full disk: the container runs on without its log.</summary>
    internal bool HasFailed { get; private set; }

    /// <param name="stream">1 for standard output, 2 for standard error.</param>
    internal void Write(int stream, ReadOnlySpan<byte> bytes)
    {
        byte[] partial = _partial[stream - 1];
        ref int length = ref _length[stream - 1];
        while (bytes.Length > 0)
        {
            int newline = bytes.IndexOf((byte)'\n');
            int take = Math.Min(newline < 0 ? bytes.Length : newline + 1, MaximumRecord - length);
            bytes[..take].CopyTo(partial.AsSpan(length));
            length += take;
            bytes = bytes[take..];
            if (length == MaximumRecord || partial[length - 1] == '\n')
            {
                Record(stream, partial.AsSpan(0, length));
                length = 0;
            }
        }

        Flush();
    }

    /// <summary>Writes what has no newline yet.</summary>
    internal void End()
    {
        for (int stream = 1; stream <= 2; stream++)
        {
            if (_length[stream - 1] > 0)
            {
                Record(stream, _partial[stream - 1].AsSpan(0, _length[stream - 1]));
                _length[stream - 1] = 0;
            }
        }

        Flush();
    }

    public void Dispose()
    {
        _records.Dispose();
        file.Dispose();
    }

    private void Flush()
    {
        try
        {
            if (!HasFailed && _records.Length > 0)
            {
                Files.WriteAll(file, _records.GetBuffer().AsSpan(0, (int)_records.Length));
            }
        }
        catch (LinuxException)
        {
            HasFailed = true;
        }

        _records.SetLength(0);
    }

    private void Record(int stream, ReadOnlySpan<byte> line)
    {
        _records.Write("{\"log\":\""u8);
        Escape(line);
        _records.Write(stream == 1 ? "\",\"stream\":\"stdout\",\"time\":\""u8 : "\",\"stream\":\"stderr\",\"time\":\""u8);
        _records.Write(Encoding.ASCII.GetBytes(Timestamps.Format(time.GetUtcNow())));
        _records.Write("\"}\n"u8);
    }

    private void Escape(ReadOnlySpan<byte> text)
    {
        while (text.Length > 0)
        {
            byte first = text[0];
            int length = 1;
            switch (first)
            {
                case (byte)'"':
                    _records.Write("\\\""u8);
                    break;
                case (byte)'\\':
                    _records.Write("\\\\"u8);
                    break;
                case (byte)'\n':
                    _records.Write("\\n"u8);
                    break;
                case (byte)'\r':
                    _records.Write("\\r"u8);
                    break;
                case (byte)'\t':
                    _records.Write("\\t"u8);
                    break;
                case < 0x20 or 0x7F:
                    _records.Write(Encoding.ASCII.GetBytes($"\\u{(int)first:x4}"));
                    break;
                case < 0x80:
                    _records.WriteByte(first);
                    break;
                default:
                    bool valid = Rune.DecodeFromUtf8(text, out _, out length) == System.Buffers.OperationStatus.Done;
                    _records.Write(valid ? text[..length] : "\\ufffd"u8);
                    break;
            }

            text = text[length..];
        }
    }
}
