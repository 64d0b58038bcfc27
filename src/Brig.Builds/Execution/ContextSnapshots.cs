using Brig.Builds.Cache;
using Brig.Builds.Context;
using Brig.Builds.Sources;
using Brig.Images;
using Brig.Images.Content;
using Brig.Linux;
using Brig.Oci;
using Brig.State;
using Microsoft.Win32.SafeHandles;

namespace Brig.Builds.Execution;

/// <summary>Makes layers of folders, for steps that mount them: root's, without what is ignored, as a COPY would take them. Kept in the cache by content.</summary>
internal sealed class ContextSnapshots(StateRoot root, ImageStore images, ContentLease lease, StepCache cache, TimeSettings times)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(SourceTree, string), Task<DiffId>> _made = [];

    /// <summary>The layer that holds the part of the folder, at the same path.</summary>
    internal Task<DiffId> OfAsync(SourceTree tree, string path, CancellationToken token)
    {
        lock (_lock)
        {
            return _made.TryGetValue((tree, path), out Task<DiffId>? known) ? known : _made[(tree, path)] = Task.Run(() => Make(tree, path, token), token);
        }
    }

    private DiffId Make(SourceTree tree, string path, CancellationToken token)
    {
        string escaped = path.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal).Replace("?", "\\?", StringComparison.Ordinal).Replace("[", "\\[", StringComparison.Ordinal);
        ContextSource source = tree.Find("/" + escaped, [], parents: false) is [var found, ..] ? found : throw BrigException.NotFound($"\"/{Oci.Text.Quote(path)}\": not found");
        string key;
        using (CacheKey hash = new("", "context"))
        {
            key = hash.Add(path).Add(tree.DigestOf(source, token)).Add(times.Key).Finish();
        }

        if (cache.Hit(key) is { } known)
        {
            return known.Layers[^1];
        }

        using StagedLayer staged = StagedLayer.Make(root, []);
        using (SafeFileHandle mount = staged.Mount())
        {
            TreeCopier copier = new(tree, new Rootfs(mount), null, null, times.Newest, token);
            copier.Copy(source, source.Node.Status.IsDirectory ? "/" + path + (path.Length > 0 ? "/" : "") : "/" + path);
            if (copier.SawChange)
            {
                throw BrigException.Conflict("files of the context changed while they were read (build again)");
            }
        }

        TimeLimit.Apply(staged.Upper, times.Newest, token);
        DiffId layer = images.Layers.Adopt(staged.Upper, token).DiffId;
        lease.Hold([layer]);
        cache.Keep(key, [layer], new Oci.Images.ExecutionConfig(), times.Time, "context", $"[context] /{path}");
        return layer;
    }
}
