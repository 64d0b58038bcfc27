namespace Brig.Cli.Progress;

/// <summary>Lines that only grow: <c>#5 [3/6] RUN …</c>, <c>#5 0.123 output</c>, <c>#5 DONE 0.3s</c>.</summary>
internal sealed class PlainBuildDisplay(TextWriter output, TimeProvider time) : BuildDisplay(time)
{
    private int _last;
    private bool _closed;

    protected override void Begin(int number, BuildStep step) => TurnTo(number, step);

    protected override void Wrote(int number, BuildStep step, string line, TimeSpan at)
    {
        TurnTo(number, step);
        output.Write($"#{number} {at.TotalSeconds:0.000} {line}\n");
        output.Flush();
    }

    protected override void Ended(int number, BuildStep step)
    {
        TurnTo(number, step);
        string outcome = step.Outcome switch
        {
            BuildEventKind.Cached => "CACHED",
            BuildEventKind.Failed => $"ERROR: {step.Error}",
            _ => $"DONE {step.Duration.TotalSeconds:0.0}s",
        };
        output.Write($"#{number} {outcome}\n\n");
        output.Flush();
        _last = 0;
    }

    protected override void Close()
    {
        lock (Gate)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
            foreach (string line in Epilogue())
            {
                output.Write(line + "\n");
            }

            output.Flush();
        }
    }

    /// <summary>Lines of another step follow a blank one and that step's name.</summary>
    private void TurnTo(int number, BuildStep step)
    {
        if (_last == number)
        {
            return;
        }

        output.Write($"{(_last == 0 ? "" : "\n")}#{number} {step.Name}\n");
        output.Flush();
        _last = number;
    }
}
