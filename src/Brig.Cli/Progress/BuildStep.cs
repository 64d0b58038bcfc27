using System.Text;

namespace Brig.Cli.Progress;

/// <summary>What a display remembers of a step.</summary>
internal sealed class BuildStep(string name, long started)
{
    private const int LongestLine = 16 * 1024;
    private readonly StringBuilder _partial = new();

    public string Name { get; } = name;

    public long Started { get; } = started;

    /// <summary>Null while it runs.</summary>
    public BuildEventKind? Outcome { get; private set; }

    public TimeSpan Duration { get; private set; }

    public string Error { get; private set; } = "";

    /// <summary>The last lines it wrote.</summary>
    public Queue<string> Log { get; } = new();

    public void End(BuildEventKind outcome, TimeSpan duration, string error)
    {
        Outcome = outcome;
        Duration = duration;
        Error = error;
    }

    /// <summary>Takes a piece of output and returns the lines that are whole now.</summary>
    public List<string> Take(string text)
    {
        List<string> lines = [];
        int at = 0;
        for (int newline = text.IndexOf('\n'); newline >= 0; newline = text.IndexOf('\n', at))
        {
            lines.Add(TerminalText.Clean(_partial.Append(text, at, newline - at).ToString()));
            _partial.Clear();
            at = newline + 1;
        }

        _partial.Append(text, at, text.Length - at);
        if (_partial.Length > LongestLine)
        {
            lines.AddRange(TakeRest());
        }

        return lines;
    }

    public List<string> TakeRest()
    {
        List<string> lines = _partial.Length == 0 ? [] : [TerminalText.Clean(_partial.ToString())];
        _partial.Clear();
        return lines;
    }
}
