using Brig.Builds;
using Brig.Builds.Records;
using Brig.Cli.Commands.Images;
using Brig.Cli.Progress;
using Brig.Containers;
using News = Brig.Builds.BuildEvent;

namespace Brig.Cli.Commands.Builders;

/// <summary>A build of which the history keeps the log and the outcome.</summary>
internal sealed class RecordedBuild : IDisposable
{
    private readonly BuildHistory _history;
    private readonly TimeProvider _time;
    private readonly string _name;
    private readonly string _id;
    private readonly StreamWriter _log;
    private readonly BuildDisplay _display;

    public RecordedBuild(Engine engine, string name)
    {
        (_history, _time, _name) = (new BuildHistory(engine.Root), engine.Time, name);
        (_id, string path) = _history.Begin();
        _log = new StreamWriter(path);
        _display = BuildDisplay.Create(_log, null, engine.Time);
    }

    /// <summary>Runs the build; <paramref name="run"/> gets what doubles news: for whom they are and for the log.</summary>
    public async Task<BuildResult> RunAsync(Func<Func<IProgress<News>, IProgress<News>>, Task<BuildResult>> run)
    {
        DateTimeOffset started = _time.GetUtcNow();
        long stamp = _time.GetTimestamp();
        BuildNews log = new(_display);
        BuildRecord record = new(_id, _name, started, 0, 0, 0, "", "canceled");
        try
        {
            BuildResult result = await run(shown => new DirectProgress<News>(news =>
            {
                log.Report(news);
                shown.Report(news);
            }));
            record = record with { Steps = result.Steps, CachedSteps = result.CachedSteps, Image = result.Image.Id.Value, Error = "" };
            return result;
        }
        catch (BrigException error)
        {
            record = record with { Error = error.Message };
            throw;
        }
        finally
        {
            _display.Dispose();
            _history.Keep(record with { Seconds = _time.GetElapsedTime(stamp).TotalSeconds });
        }
    }

    public void Dispose()
    {
        _display.Dispose();
        _log.Dispose();
    }
}
