using Brig.Builds.Context;

namespace Brig.Builds.Sources;

/// <summary>
/// Files that steps take from: a context, a stage, an image or something fetched. What was looked up is looked up once.
/// Safe to call from several threads.
/// </summary>
internal sealed class SourceTree(BuildContext files, Owners owners, string? identity = null) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly ContextDigest _digest = new(files, owners);
    private readonly Dictionary<string, IReadOnlyList<ContextSource>> _found = [];

    internal BuildContext Files => files;

    /// <summary>Whether copies keep the owners that files have here.</summary>
    internal Owners Owners => owners;

    /// <summary>What the whole tree is known by without being read; null for one that may change.</summary>
    internal string? Identity => identity;

    /// <summary>Set for a tree whose hashes are kept from one build to the next.</summary>
    internal HashMemory? Memory
    {
        get => _digest.Memory;
        init => _digest.Memory = value;
    }

    /// <summary>No file counts as newer than this, in nanoseconds: the time of the commit that the tree is at.</summary>
    internal long Latest { get; init; } = long.MaxValue;

    /// <summary>What a source names (see <see cref="BuildContext.Find"/>).</summary>
    internal IReadOnlyList<ContextSource> Find(string source, IReadOnlyList<string> excludes, bool parents)
    {
        string key = string.Join('\0', [parents ? "p" : "", source, .. excludes]);
        lock (_lock)
        {
            if (!_found.TryGetValue(key, out IReadOnlyList<ContextSource>? found))
            {
                IgnoreRules excluded = IgnoreRules.Of(excludes);
                _found[key] = found = parents ? files.FindWithParents(source, excluded) : files.Find(source, excluded);
            }

            return found;
        }
    }

    internal byte[] DigestOf(ContextSource source, CancellationToken token)
    {
        lock (_lock)
        {
            return _digest.Of(source.Node, token);
        }
    }

    /// <summary>The newest time of any file below a source, in nanoseconds.</summary>
    internal long NewestOf(ContextNode node)
    {
        long newest = node.Status.IsDirectory ? 0 : Math.Min(node.Status.ModifiedNanoseconds, Latest);
        foreach (ContextNode child in node.Children)
        {
            newest = Math.Max(newest, NewestOf(child));
        }

        return newest;
    }

    public void Dispose() => files.Dispose();
}
