using System.Text;
using Brig.Cli.Text;

namespace Brig.Cli.Progress;

/// <summary>
/// The last lines of a terminal, written over again and again. Each frame is one write: up to the first line, every line with the rest
/// of its row erased, so that nothing flickers. The cursor is hidden from the first frame until <see cref="Finish"/>.
/// </summary>
internal sealed class LiveRegion(TextWriter output, Func<TerminalSize> size)
{
    private readonly List<int> _drawn = [];
    private bool _hidden;

    /// <summary>Shows these lines in place of the last ones, as many as the terminal has room for.</summary>
    public void Draw(IReadOnlyList<LiveLine> lines)
    {
        TerminalSize now = size();
        StringBuilder frame = Begin(now.Columns);
        int skip = Math.Max(0, lines.Count - Math.Max(1, now.Rows - 1));
        foreach (LiveLine line in lines.Skip(skip))
        {
            Append(frame, line, now.Columns);
        }

        End(frame.Append("\x1b[J"));
    }

    /// <summary>Writes the lines for good, however many, and gives the cursor back.</summary>
    public void Finish(IReadOnlyList<LiveLine> lines)
    {
        int columns = size().Columns;
        StringBuilder frame = Begin(columns);
        foreach (LiveLine line in lines)
        {
            Append(frame, line, columns);
        }

        frame.Append("\x1b[J");
        if (_hidden)
        {
            frame.Append("\x1b[?25h");
            _hidden = false;
        }

        End(frame);
        _drawn.Clear();
    }

    private StringBuilder Begin(int columns)
    {
        StringBuilder frame = new();
        if (!_hidden)
        {
            frame.Append("\x1b[?25l");
            _hidden = true;
        }

        // A window made narrower has folded the lines that were drawn in the wider one.
        int rows = _drawn.Sum(width => Math.Max(1, (width + columns - 1) / Math.Max(1, columns)));
        if (rows > 0)
        {
            frame.Append($"\x1b[{rows}A\r");
        }

        _drawn.Clear();
        return frame;
    }

    private void Append(StringBuilder frame, LiveLine line, int columns)
    {
        string text = DisplayWidth.Cut(line.Text, columns);
        _drawn.Add(DisplayWidth.Of(text));
        frame.Append(line.Style).Append(text).Append(line.Style.Length > 0 ? "\x1b[0m" : "").Append("\x1b[K\n");
    }

    private void End(StringBuilder frame)
    {
        output.Write(frame);
        output.Flush();
    }
}
