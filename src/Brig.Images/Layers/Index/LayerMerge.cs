namespace Brig.Images.Layers.Index;

/// <summary>
/// Goes through the indexes of an image's layers at once, path by path, and tells what each layer does there, lowest first, by the rules
/// of overlayfs. Memory is that of the readers alone.
/// </summary>
internal sealed class LayerMerge : IDisposable
{
    private readonly List<IndexReader> _readers = [];
    private readonly PriorityQueue<int, (byte[] Path, int Layer)> _next = new(Comparer<(byte[] Path, int Layer)>.Create(
        (x, y) => IndexOrder.Compare(x.Path, y.Path) is var order and not 0 ? order : x.Layer - y.Layer));

    /// <summary>For each directory above the next path: at which layers everything below is hidden in it, lowest first.</summary>
    private readonly Stack<(int Depth, int[] Hiders)> _above = new();
    private readonly List<PathEvent> _events = [];

    /// <param name="lowestFirst">Become the merge's.</param>
    internal LayerMerge(IEnumerable<IndexReader> lowestFirst)
    {
        foreach (IndexReader reader in lowestFirst)
        {
            _readers.Add(reader);
            Advance(_readers.Count - 1);
        }
    }

    /// <summary>Below the root, without slashes at its ends; empty for the root.</summary>
    internal byte[] Path { get; private set; } = [];

    /// <summary>What happened at <see cref="Path"/>, lowest layer first. Valid until the next call.</summary>
    internal IReadOnlyList<PathEvent> Events => _events;

    /// <summary>What shows at <see cref="Path"/> in the end, and whose it is.</summary>
    internal (int Layer, IndexEntry Entry)? Visible => _events is [.., { Entry: { } entry, Layer: var layer }] ? (layer, entry) : null;

    internal bool Next()
    {
        if (!_next.TryPeek(out _, out (byte[] Path, int Layer) first))
        {
            return false;
        }

        Path = first.Path;
        _events.Clear();
        int depth = _readers[first.Layer].Depth;
        while (_above.TryPeek(out (int Depth, int[] Hiders) directory) && directory.Depth >= depth)
        {
            _above.Pop();
        }

        int[] above = _above.TryPeek(out (int Depth, int[] Hiders) parent) ? parent.Hiders : [];
        SortedSet<int>? hiders = null;
        Story story = new(_events, above);
        while (_next.TryPeek(out int layer, out (byte[] Path, int Layer) same) && same.Path.AsSpan().SequenceEqual(Path))
        {
            _next.Dequeue();
            if (story.Tell(layer, _readers[layer].Entry))
            {
                (hiders ??= [.. above]).Add(layer);
            }

            Advance(layer);
        }

        story.End();
        _above.Push((depth, hiders is null ? above : [.. hiders]));
        return true;
    }

    public void Dispose() => _readers.ForEach(reader => reader.Dispose());

    private void Advance(int layer)
    {
        if (_readers[layer].Next())
        {
            _next.Enqueue(layer, (_readers[layer].Path.ToArray(), layer));
        }
    }

    /// <summary>The events of one path while the layers are gone through.</summary>
    private sealed class Story(List<PathEvent> events, int[] above)
    {
        private IndexEntry? _below;
        private int _hider;

        /// <summary>True where what lies below this layer is hidden from here on down.</summary>
        internal bool Tell(int layer, IndexEntry entry)
        {
            HideUpTo(layer);
            IndexEntry? below = _below;
            if (entry.IsWhiteout)
            {
                if (below is not null)
                {
                    events.Add(new PathEvent(layer, LayerAction.Hides, null, below));
                }

                _below = null;
                return true;
            }

            events.Add(new PathEvent(layer, below is null ? LayerAction.Adds : LayerAction.Overwrites, entry, below));
            _below = entry;
            return entry.IsOpaque || !entry.IsDirectory || below is { IsDirectory: false };
        }

        internal void End() => HideUpTo(int.MaxValue);

        private void HideUpTo(int layer)
        {
            for (; _hider < above.Length && above[_hider] <= layer; _hider++)
            {
                if (_below is { } below)
                {
                    events.Add(new PathEvent(above[_hider], LayerAction.Hides, null, below));
                    _below = null;
                }
            }
        }
    }
}
