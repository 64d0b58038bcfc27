using System.Text;
using Brig.Images.Layers.Index;
using Brig.Oci;

namespace Brig.Images.Checks;

/// <summary>Walks beside a layer's tree through its index and keeps the first difference.</summary>
internal sealed class IndexComparison(IndexReader index, CheckDepth depth)
{
    private readonly List<byte[]> _path = [];
    private bool _more = index.Next();

    /// <summary>In words; null as long as there is none.</summary>
    internal string? Difference { get; private set; }

    internal void Visit(int level, ReadOnlySpan<byte> name, IndexEntry found)
    {
        if (Difference is not null)
        {
            return;
        }

        if (level > 0)
        {
            _path.RemoveRange(level - 1, _path.Count - level + 1);
            _path.Add(name.ToArray());
        }

        byte[] path = [.. _path.SelectMany((part, i) => i == 0 ? part : [(byte)'/', .. part])];
        int order = _more ? IndexOrder.Compare(index.Path, path) : 1;
        Difference = order switch
        {
            < 0 => $"{Show(index.Path)} is missing",
            > 0 => $"{Show(path)} does not belong to it",
            _ => Compare(index.Entry, found) is { } what ? $"the {what} of {Show(path)} changed" : null,
        };
        _more = order == 0 && index.Next();
    }

    /// <summary>After the whole tree: what the index has more.</summary>
    internal void End()
    {
        if (Difference is null && _more)
        {
            Difference = $"{Show(index.Path)} is missing";
        }
    }

    private string? Compare(IndexEntry stated, IndexEntry found) =>
        stated.Kind != found.Kind ? "type"
        : stated.Size != found.Size ? "size"
        : depth == CheckDepth.Full && stated.Content != found.Content ? "content"
        : (stated.Permissions, stated.IsOpaque) != (found.Permissions, found.IsOpaque) ? "mode"
        : (stated.Uid, stated.Gid) != (found.Uid, found.Gid) ? "owner"
        : (stated.Seconds, stated.Nanoseconds) != (found.Seconds, found.Nanoseconds) ? "time"
        : stated.Attributes != found.Attributes ? "attributes"
        : (stated.Major, stated.Minor) != (found.Major, found.Minor) ? "device number"
        : stated.Link != found.Link ? "hard links"
        : null;

    private static string Show(ReadOnlySpan<byte> path) => "/" + Text.Quote(Encoding.UTF8.GetString(path));
}
