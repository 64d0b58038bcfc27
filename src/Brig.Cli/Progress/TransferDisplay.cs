namespace Brig.Cli.Progress;

/// <summary>Shows a pull or push: a line for each layer, rewritten on a terminal, or one line for each change of state elsewhere. Any thread may report.</summary>
internal sealed class TransferDisplay : IDisposable
{
    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(100);
    private readonly Lock _lock = new();
    private readonly TextWriter _output;
    private readonly Func<TerminalSize>? _size;
    private readonly LiveRegion? _region;
    private readonly ITimer? _timer;
    private readonly List<TransferEvent> _layers = [];
    private readonly Dictionary<string, int> _positions = new(StringComparer.Ordinal);
    private bool _changed;
    private bool _closed;

    /// <param name="size">Null where the output is no terminal.</param>
    public TransferDisplay(TextWriter output, Func<TerminalSize>? size, TimeProvider time)
    {
        _output = output;
        _size = size;
        if (size is not null)
        {
            _region = new LiveRegion(output, size);
            _timer = time.CreateTimer(static display => ((TransferDisplay)display!).Draw(), this, Frame, Frame);
        }
    }

    public void Report(TransferEvent news)
    {
        lock (_lock)
        {
            bool known = _positions.TryGetValue(news.Id, out int position);
            if (_region is null && !_closed && !news.IsMovement && !(known && _layers[position].Action == news.Action))
            {
                _output.Write($"{news.Id}: {news.Action}\n");
                _output.Flush();
            }

            if (!known)
            {
                _positions[news.Id] = _layers.Count;
                _layers.Add(news);
            }
            else if (_region is not null || !news.IsMovement)
            {
                _layers[position] = news;
            }

            _changed = true;
        }
    }

    /// <summary>Shows the last state, and gives the terminal back. What is written behind it stands below.</summary>
    public void Dispose()
    {
        _timer?.Dispose();
        lock (_lock)
        {
            if (!_closed && _layers.Count > 0)
            {
                _region?.Finish(Lines(_layers));
            }

            _closed = true;
        }
    }

    private void Draw()
    {
        lock (_lock)
        {
            if (_changed && !_closed && _layers.Count > 0)
            {
                _changed = false;
                _region!.Draw(Lines(Shown()));
            }
        }
    }

    /// <summary>Where not all have room, layers that move come before those that rest.</summary>
    private List<TransferEvent> Shown()
    {
        int room = Math.Max(1, _size!().Rows - 1);
        if (_layers.Count <= room)
        {
            return _layers;
        }

        HashSet<int> kept = [.. Enumerable.Range(0, _layers.Count).OrderBy(i => _layers[i].IsMovement ? 0 : 1).Take(room)];
        return [.. _layers.Where((_, i) => kept.Contains(i))];
    }

    private List<LiveLine> Lines(IEnumerable<TransferEvent> layers)
    {
        int columns = _size!().Columns;
        return [.. layers.Select(layer => new LiveLine(TransferLine.Format(layer, columns)))];
    }
}
