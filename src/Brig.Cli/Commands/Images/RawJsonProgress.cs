using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Brig.Builds;
using News = Brig.Builds.BuildEvent;

namespace Brig.Cli.Commands.Images;

/// <summary>A build's news as BuildKit's client writes them with <c>--progress=rawjson</c>: a JSON object a line, with vertexes, statuses, logs.</summary>
internal sealed class RawJsonProgress(Stream output, TimeProvider time) : IProgress<News>
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, (string Digest, string Name, DateTimeOffset Started)> _steps = [];

    public void Report(News value)
    {
        lock (_lock)
        {
            switch (value)
            {
                case BuildStepStarted started:
                    _steps[started.Step] = (Oci.Digest.Sha256(Encoding.UTF8.GetBytes($"{started.Step}\0{started.Name}")).Value, started.Name, time.GetUtcNow());
                    Vertex(started.Step, ended: false, cached: false, "");
                    break;
                case BuildStepCached cached:
                    Vertex(cached.Step, ended: true, cached: true, "");
                    break;
                case BuildStepDone done:
                    Vertex(done.Step, ended: true, cached: false, "");
                    break;
                case BuildStepFailed failed:
                    Vertex(failed.Step, ended: true, cached: false, failed.Reason);
                    break;
                case BuildStepOutput log:
                    Log(log);
                    break;
                case BuildPull pull:
                    Status(pull);
                    break;
            }
        }
    }

    private void Vertex(int step, bool ended, bool cached, string error)
    {
        if (!_steps.TryGetValue(step, out (string Digest, string Name, DateTimeOffset Started) known))
        {
            return;
        }

        Write("vertexes", json =>
        {
            json.WriteString("digest", known.Digest);
            json.WriteString("name", known.Name);
            json.WriteString("started", Stamp(known.Started));
            if (ended)
            {
                json.WriteString("completed", Stamp(time.GetUtcNow()));
            }

            if (cached)
            {
                json.WriteBoolean("cached", true);
            }

            if (error.Length > 0)
            {
                json.WriteString("error", error);
            }
        });
    }

    private void Log(BuildStepOutput log) => Write("logs", json =>
    {
        json.WriteString("vertex", _steps.GetValueOrDefault(log.Step).Digest);
        json.WriteNumber("stream", log.Stream);
        json.WriteBase64String("data", log.Bytes.Span);
        json.WriteString("timestamp", Stamp(time.GetUtcNow()));
    });

    private void Status(BuildPull pull) => Write("statuses", json =>
    {
        json.WriteString("id", $"{pull.Progress.Id} {pull.Progress.State}");
        json.WriteString("vertex", _steps.GetValueOrDefault(pull.Step).Digest);
        json.WriteNumber("current", pull.Progress.Current);
        json.WriteNumber("total", pull.Progress.Total);
        json.WriteString("timestamp", Stamp(time.GetUtcNow()));
    });

    private void Write(string list, Action<Utf8JsonWriter> entry)
    {
        using MemoryStream line = new();
        using (Utf8JsonWriter json = new(line, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartArray(list);
            json.WriteStartObject();
            entry(json);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        line.WriteByte((byte)'\n');
        output.Write(line.GetBuffer().AsSpan(0, (int)line.Length));
        output.Flush();
    }

    private static string Stamp(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture);
}
