using System.Globalization;
using System.Text;
using System.Text.Json;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Containers.Logs;

/// <summary>Reads a container's log from the beginning on, and goes on where it grows.</summary>
public sealed class LogReader : IDisposable
{
    private readonly SafeFileHandle? _file;
    private readonly MemoryStream _rest = new();
    private readonly byte[] _piece = new byte[64 << 10];

    public LogReader(Engine engine, Container container) =>
        _file = Files.TryOpenAt(null, new ContainerFiles(engine.Root, container.Id).Log, OpenFlags.O_RDONLY, 0, out _);

    /// <summary>The whole records that are there and were not read yet.</summary>
    public IEnumerable<LogRecord> Read()
    {
        while (_file is not null && Files.Read(_file, _piece) is > 0 and int got)
        {
            int start = 0;
            for (int newline; (newline = Array.IndexOf(_piece, (byte)'\n', start, got - start)) >= 0; start = newline + 1)
            {
                _rest.Write(_piece, start, newline - start);
                LogRecord? record = Parse(_rest.GetBuffer().AsMemory(0, (int)_rest.Length));
                _rest.SetLength(0);
                if (record is { } whole)
                {
                    yield return whole;
                }
            }

            _rest.Write(_piece, start, got - start);
        }
    }

    public void Dispose()
    {
        _file?.Dispose();
        _rest.Dispose();
    }

    /// <summary>Null for what is no record: a full disk may have cut one.</summary>
    private static LogRecord? Parse(ReadOnlyMemory<byte> line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            string timestamp = document.RootElement.GetProperty("time").GetString() ?? "";
            return new LogRecord(
                document.RootElement.GetProperty("stream").GetString() == "stderr" ? 2 : 1,
                DateTimeOffset.Parse(timestamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
                timestamp,
                Encoding.UTF8.GetBytes(document.RootElement.GetProperty("log").GetString() ?? ""));
        }
        catch (Exception error) when (error is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}
