namespace Brig.Cli.Progress;

/// <summary>Shows a build as BuildKit's client does. Any thread may report.</summary>
internal abstract class BuildDisplay(TimeProvider time) : IDisposable
{
    private const int KeptLines = 20;
    private readonly SortedDictionary<int, BuildStep> _steps = [];

    protected Lock Gate { get; } = new();

    protected TimeProvider Time { get; } = time;

    protected IReadOnlyDictionary<int, BuildStep> Steps => _steps;

    /// <summary>How many steps the build has in all; 0 while that is unknown.</summary>
    public int Total { get; set; }

    /// <param name="size">Null for plain lines.</param>
    public static BuildDisplay Create(TextWriter output, Func<TerminalSize>? size, TimeProvider time) =>
        size is null ? new PlainBuildDisplay(output, time) : new LiveBuildDisplay(output, size, time);

    public void Report(BuildEvent news)
    {
        lock (Gate)
        {
            if (!_steps.TryGetValue(news.Step, out BuildStep? step))
            {
                step = new BuildStep(news.Kind is BuildEventKind.Started or BuildEventKind.Cached ? news.Text : "", Time.GetTimestamp());
                _steps[news.Step] = step;
                Begin(news.Step, step);
            }

            if (step.Outcome is not null)
            {
                return;
            }

            TimeSpan duration = Time.GetElapsedTime(step.Started);
            bool ends = news.Kind is BuildEventKind.Cached or BuildEventKind.Done or BuildEventKind.Failed;
            foreach (string line in news.Kind == BuildEventKind.Output ? step.Take(news.Text) : ends ? step.TakeRest() : [])
            {
                Keep(step, line);
                Wrote(news.Step, step, line, duration);
            }

            if (ends)
            {
                step.End(news.Kind, duration, news.Kind == BuildEventKind.Failed ? news.Text : "");
                Ended(news.Step, step);
            }
        }
    }

    public void Dispose()
    {
        Close();
        GC.SuppressFinalize(this);
    }

    protected virtual void Begin(int number, BuildStep step)
    {
    }

    protected virtual void Wrote(int number, BuildStep step, string line, TimeSpan at)
    {
    }

    protected virtual void Ended(int number, BuildStep step)
    {
    }

    protected abstract void Close();

    /// <summary>The failed step and its last lines, for the end of the output.</summary>
    protected IEnumerable<string> Epilogue()
    {
        foreach (BuildStep step in _steps.Values.Where(step => step.Outcome == BuildEventKind.Failed && step.Error != "canceled"))
        {
            yield return "------";
            yield return $" > {step.Name}:";
            foreach (string line in step.Log)
            {
                yield return line;
            }

            yield return "------";
        }
    }

    private static void Keep(BuildStep step, string line)
    {
        step.Log.Enqueue(line);
        if (step.Log.Count > KeptLines)
        {
            step.Log.Dequeue();
        }
    }
}
