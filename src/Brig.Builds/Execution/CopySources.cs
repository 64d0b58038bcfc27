using Brig.Builds.Cache;
using Brig.Builds.Graph;
using Brig.Builds.Plan;
using Brig.Builds.Sources;

namespace Brig.Builds.Execution;

/// <summary>Finds what COPY and ADD copy, and what their results are known by.</summary>
internal sealed class CopySources(OriginTrees trees, FetchedTrees fetched)
{
    /// <summary>A key that needs no file's content: of layers and addresses by what they are known by; null where some of it must be read.</summary>
    internal async Task<string?> QuickKeyAsync(CopyStep copy, Origin origin, CacheKey key, CancellationToken token)
    {
        Describe(copy, key);
        bool local = copy.Sources.Any(source => !IsFetched(copy, source));
        if (local)
        {
            if (await trees.LayersAsync(origin) is not { } layers)
            {
                return null;
            }

            key.Add(OriginTrees.IdentityOf(layers));
        }

        foreach (string source in copy.Sources)
        {
            key.Add(source);
            if (IsFetched(copy, source))
            {
                if (await fetched.IdentityAsync(source, copy.Checksum, token) is not { } identity)
                {
                    return null;
                }

                key.Add(identity);
            }
        }

        return key.Add(copy.Excludes).Finish();
    }

    /// <summary>The key of all that is read: names, modes, bytes.</summary>
    internal async Task<string> ContentKeyAsync(CopyStep copy, Origin origin, CacheKey key, CancellationToken token)
    {
        Describe(copy, key);
        foreach (CopyItem item in await FindAsync(copy, origin, token))
        {
            key.Add("source").Add(item.Source.Node.Status.IsDirectory && item.Source.Kept.Length == 0 ? "" : item.Source.Name).Add(item.Source.Kept).Add(item.Tree.DigestOf(item.Source, token));
            foreach (Context.ContextNode above in item.Source.Above ?? [])
            {
                key.Add($"{above.Status.Permissions}{(item.Tree.Owners == Owners.Kept ? $" {above.Status.Uid} {above.Status.Gid}" : "")}");
            }
        }

        return key.Finish();
    }

    internal async Task<IReadOnlyList<CopyItem>> FindAsync(CopyStep copy, Origin origin, CancellationToken token)
    {
        List<CopyItem> items = [];
        foreach (string source in copy.Sources)
        {
            if (IsFetched(copy, source))
            {
                FetchedTree tree = await fetched.FetchAsync(source, copy.Checksum, copy.KeepGitDirectory, token);
                items.AddRange(tree.Tree.Find(tree.Source, copy.Excludes, parents: false).Select(found => new CopyItem(tree.Tree, found, copy.Unpack == true)));
            }
            else
            {
                SourceTree tree = await trees.TreeAsync(origin);
                items.AddRange(tree.Find(source, copy.Excludes, copy.Parents).Select(found => new CopyItem(tree, found, copy.IsAdd && copy.Unpack != false)));
            }
        }

        return items;
    }

    /// <summary>Whether any of it comes from an address.</summary>
    internal static bool Fetches(CopyStep copy) => copy.Sources.Any(source => IsFetched(copy, source));

    private static bool IsFetched(CopyStep copy, string source) => copy.IsAdd && RemoteAddress.IsRemote(source);

    private static void Describe(CopyStep copy, CacheKey key)
    {
        key.Add(copy.Destination).Add(copy.Chown).Add(copy.Chmod).Add($"{copy.Parents} {copy.IsAdd} {copy.Unpack} {copy.KeepGitDirectory}");
        foreach (Dockerfiles.Heredoc heredoc in copy.Heredocs)
        {
            key.Add("heredoc").Add(heredoc.Name).Add(heredoc.Body);
        }
    }
}
