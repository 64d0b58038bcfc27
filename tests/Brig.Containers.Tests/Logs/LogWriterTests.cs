using System.Text;
using System.Text.Json;
using Brig.Containers.Logs;
using Brig.Linux;

namespace Brig.Containers.Tests.Logs;

public sealed class LogWriterTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void A_record_is_a_line_whatever_pieces_it_came_in()
    {
        (string Log, string Stream)[] records = Write(log =>
        {
            log.Write(1, "hel"u8);
            log.Write(2, "oops\n"u8);
            log.Write(1, "lo\nsec"u8);
            log.Write(1, "ond\n\n"u8);
            log.Write(1, "rest"u8);
        });
        Assert.Equal([("oops\n", "stderr"), ("hello\n", "stdout"), ("second\n", "stdout"), ("\n", "stdout"), ("rest", "stdout")], records);
    }

    [Fact]
    public void Every_byte_becomes_good_JSON()
    {
        byte[] all = [.. Enumerable.Range(0, 256).Select(value => (byte)value).Where(value => value != '\n'), (byte)'\n'];
        Assert.StartsWith("\0\u0001", Assert.Single(Write(log => log.Write(1, all))).Log, StringComparison.Ordinal);
        Assert.Equal("ä€😀 \"quoted\" \\\n", Assert.Single(Write(log => log.Write(1, Encoding.UTF8.GetBytes("ä€😀 \"quoted\" \\\n")))).Log);
    }

    [Fact]
    public void A_long_line_is_cut_at_16_KiB()
    {
        (string Log, string)[] records = Write(log => log.Write(1, Encoding.ASCII.GetBytes(new string('x', 40_000) + "\n")));
        Assert.Equal([16384, 16384, 40_001 - (2 * 16384)], records.Select(record => record.Log.Length));
    }

    private (string Log, string Stream)[] Write(Action<LogWriter> work)
    {
        File.WriteAllText(_path, "");
        using (LogWriter log = new(Files.Open(_path, OpenFlags.O_WRONLY | OpenFlags.O_APPEND), TimeProvider.System))
        {
            work(log);
            log.End();
        }

        return [.. File.ReadAllLines(_path).Select(line =>
        {
            using JsonDocument document = JsonDocument.Parse(line);
            return (document.RootElement.GetProperty("log").GetString()!, document.RootElement.GetProperty("stream").GetString()!);
        })];
    }
}
