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
    private readonly Dictionary<(SourceTree, string), Task<(DiffId Layer, Moment Moment)>> _made = [];

    /// <summary>The layer that holds the part of the folder, at the same path, and the moment that nothing in it is newer than.</summary>
    internal Task<(DiffId Layer, Moment Moment)> OfAsync(SourceTree tree, string path, CancellationToken token)
    {
        lock (_lock)
        {
            return _made.TryGetValue((tree, path), out Task<(DiffId, Moment)>? known) ? known : _made[(tree, path)] = Task.Run(() => Make(tree, path, token), token);
        }
    }

    /// <summary>What the part of the folder holds, by which its layer is known on every machine.</summary>
    internal string KeyOf(SourceTree tree, string path, CancellationToken token) => KeyOf(tree, path, Find(tree, path), token);

    private string KeyOf(SourceTree tree, string path, ContextSource source, CancellationToken token)
    {
        using CacheKey hash = new("", "context");
        return hash.Add(path).Add(tree.DigestOf(source, token)).Add(times.Key).Finish();
    }

    private static ContextSource Find(SourceTree tree, string path)
    {
        string escaped = path.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal).Replace("?", "\\?", StringComparison.Ordinal).Replace("[", "\\[", StringComparison.Ordinal);
        return tree.Find("/" + escaped, [], parents: false) is [var found, ..] ? found : throw BrigException.NotFound($"\"/{Oci.Text.Quote(path)}\": not found");
    }

    private (DiffId, Moment) Make(SourceTree tree, string path, CancellationToken token)
    {
        ContextSource source = Find(tree, path);
        string key = KeyOf(tree, path, source, token);
        if (cache.Hit(key) is { } known)
        {
            return (known.Layers[^1], Moment.Of(known.Created ?? DateTimeOffset.UnixEpoch));
        }

        Moment moment = times.At(Moment.OfNanoseconds(tree.NewestOf(source.Node)));
        using StagedLayer staged = StagedLayer.Make(root, []);
        using (SafeFileHandle mount = staged.Mount())
        {
            TreeCopier copier = new(tree, new Rootfs(mount), null, null, moment.Nanoseconds, token);
            copier.Copy(source, source.Node.Status.IsDirectory ? "/" + path + (path.Length > 0 ? "/" : "") : "/" + path);
            if (copier.SawChange)
            {
                throw BrigException.Conflict("files of the context changed while they were read (build again)");
            }
        }

        TimeLimit.Apply(staged.Upper, moment.Nanoseconds, token);
        DiffId layer = images.Layers.Adopt(staged.Upper, token).DiffId;
        lease.Hold([layer]);
        cache.Keep(key, [layer], new Oci.Images.ExecutionConfig(), moment.Time, "context", $"[context] /{path}");
        return (layer, moment);
    }
}
