using System.Text;
using Brig.Images.Layers.Index;
using Brig.Oci;

namespace Brig.Images.Checks;

/// <summary>Walks beside a layer's tree through its index and keeps the difference that says most: of what is there, of content, of attributes, the first of its kind.</summary>
internal sealed class IndexComparison(IndexReader index, CheckDepth depth)
{
    private const int OfAttributes = 1, OfContent = 2, OfPaths = 3;

    private readonly List<byte[]> _path = [];
    private bool _more = index.Next();
    private int _weight;

    /// <summary>In words; null where there is none.</summary>
    internal string? Difference { get; private set; }

    internal void Visit(int level, ReadOnlySpan<byte> name, IndexEntry found)
    {
        if (level > 0)
        {
            _path.RemoveRange(level - 1, _path.Count - level + 1);
            _path.Add(name.ToArray());
        }

        byte[] path = [.. _path.SelectMany((part, i) => i == 0 ? part : [(byte)'/', .. part])];
        PassOver(path);
        if (!_more || !index.Path.SequenceEqual(path))
        {
            Note(OfPaths, path, "{0} does not belong to it");
            return;
        }

        if (Compare(index.Entry, found) is { } what)
        {
            Note(what is "type" or "size" or "content" or "hard links" ? OfContent : OfAttributes, path, $"the {what} of {{0}} changed");
        }

        _more = index.Next();
    }

    /// <summary>After the whole tree: what the index has more.</summary>
    internal void End() => PassOver(null);

    /// <summary>What the index has before a path (or before its end) is not in the tree.</summary>
    private void PassOver(byte[]? path)
    {
        while (_more && (path is null || IndexOrder.Compare(index.Path, path) < 0))
        {
            Note(OfPaths, index.Path, "{0} is missing");
            _more = index.Next();
        }
    }

    private void Note(int weight, ReadOnlySpan<byte> path, string words)
    {
        if (weight > _weight)
        {
            (_weight, Difference) = (weight, words.Replace("{0}", Show(path), StringComparison.Ordinal));
        }
    }

    private string? Compare(IndexEntry stated, IndexEntry found) =>
        stated.Kind != found.Kind ? "type"
        : stated.Size != found.Size ? "size"
        : (depth == CheckDepth.Full || stated.Kind == IndexKind.SymbolicLink) && stated.Content != found.Content ? "content"
        : stated.Link != found.Link ? "hard links"
        : (stated.Permissions, stated.IsOpaque) != (found.Permissions, found.IsOpaque) ? "mode"
        : (stated.Uid, stated.Gid) != (found.Uid, found.Gid) ? "owner"
        : (stated.Seconds, stated.Nanoseconds) != (found.Seconds, found.Nanoseconds) ? "time"
        : stated.Attributes != found.Attributes ? "attributes"
        : (stated.Major, stated.Minor) != (found.Major, found.Minor) ? "device number"
        : null;

    private static string Show(ReadOnlySpan<byte> path) => "/" + Text.Quote(Encoding.UTF8.GetString(path));
}
