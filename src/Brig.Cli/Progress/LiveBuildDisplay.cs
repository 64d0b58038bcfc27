using Brig.Cli.Text;

namespace Brig.Cli.Progress;

/// <summary>A list of steps with their times, redrawn ten times a second, and the last lines of those that run.</summary>
internal sealed class LiveBuildDisplay : BuildDisplay
{
    private const int LogLines = 6;
    private const string Blue = "\x1b[34m";
    private const string Red = "\x1b[31m";
    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(100);
    private readonly Func<TerminalSize> _size;
    private readonly LiveRegion _region;
    private readonly ITimer _timer;
    private readonly long _started;
    private bool _closed;

    public LiveBuildDisplay(TextWriter output, Func<TerminalSize> size, TimeProvider time)
        : base(time)
    {
        _size = size;
        _region = new LiveRegion(output, size);
        _started = time.GetTimestamp();
        _timer = time.CreateTimer(static display => ((LiveBuildDisplay)display!).Draw(), this, Frame, Frame);
    }

    protected override void Close()
    {
        _timer.Dispose();
        lock (Gate)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
            int columns = _size().Columns;
            List<LiveLine> lines = [Head(" FINISHED")];
            lines.AddRange(Steps.Values.SelectMany(step => (IEnumerable<LiveLine>)[Line(step, columns), .. Made(step)]));
            lines.AddRange(Epilogue().Select(line => new LiveLine(line)));
            _region.Finish(lines);
        }
    }

    private void Draw()
    {
        lock (Gate)
        {
            if (_closed)
            {
                return;
            }

            TerminalSize size = _size();
            List<(LiveLine Line, bool Running)> body = [];
            foreach (BuildStep step in Steps.Values)
            {
                bool running = step.Outcome is null;
                body.Add((Line(step, size.Columns), running));
                body.AddRange(running ? step.Log.TakeLast(LogLines).Select(line => (new LiveLine($" => => # {line}"), true)) : Made(step).Select(line => (line, false)));
            }

            // The head stays; steps that have ended go first where there is no room for all.
            int excess = body.Count + 1 - Math.Max(2, size.Rows - 1);
            body.RemoveAll(entry => !entry.Running && excess-- > 0);
            _region.Draw([Head(""), .. body.TakeLast(Math.Max(1, size.Rows - 2)).Select(entry => entry.Line)]);
        }
    }

    /// <summary>What an export says it made, which is worth to stay on the screen.</summary>
    private static IEnumerable<LiveLine> Made(BuildStep step) =>
        step.Outcome is not null && step.Name.StartsWith("exporting", StringComparison.Ordinal) ? step.Log.Select(line => new LiveLine($" => => {line}", Blue)) : [];

    private LiveLine Head(string end)
    {
        int done = Steps.Values.Count(step => step.Outcome is not null and not BuildEventKind.Failed);
        return new LiveLine($"[+] Building {Time.GetElapsedTime(_started).TotalSeconds:0.0}s ({done}/{Math.Max(Total, Steps.Count)}){end}");
    }

    private LiveLine Line(BuildStep step, int columns)
    {
        string mark = step.Outcome switch { BuildEventKind.Cached => "CACHED ", BuildEventKind.Failed => "ERROR ", _ => "" };
        TimeSpan duration = step.Outcome is null ? Time.GetElapsedTime(step.Started) : step.Duration;
        string seconds = $"{duration.TotalSeconds:0.0}s";
        string left = DisplayWidth.Ellipsis($" => {mark}{step.Name.ReplaceLineEndings(" ")}", Math.Max(1, columns - seconds.Length - 1));
        string line = left + new string(' ', Math.Max(1, columns - DisplayWidth.Of(left) - seconds.Length)) + seconds;
        return new LiveLine(line, step.Outcome switch { null => "", BuildEventKind.Failed => Red, _ => Blue });
    }
}
