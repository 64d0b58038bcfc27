using Brig.Builds.Cache;
using Brig.Builds.Context;
using Brig.Builds.Execution;
using Brig.Builds.Sources;
using Brig.Images;
using Brig.Linux;
using Brig.Oci;
using Microsoft.Win32.SafeHandles;

namespace Brig.Builds.Graph;

/// <summary>Opens what steps take from, each once: stages and images as read-only mounts of their layers. All are closed when disposed.</summary>
internal sealed class OriginTrees(ImageStore images, Func<StageNode, Task<StageResult>> run) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, SourceTree> _trees = [];

    /// <summary>The layers of a stage or image, lowest first; null for a folder.</summary>
    internal async Task<IReadOnlyList<DiffId>?> LayersAsync(Origin origin) => origin switch
    {
        Origin.OfStage { Stage: var stage } => (await run(stage)).Layers,
        Origin.OfImage { Image: var image } => image.Layers,
        Origin.Empty => [],
        _ => null,
    };

    /// <summary>Nothing that a stage or image has is newer.</summary>
    internal async Task<Moment> MomentAsync(Origin origin) => origin switch
    {
        Origin.OfStage { Stage: var stage } => (await run(stage)).Moment,
        Origin.OfImage { Image.Created: { } created } => Moment.Of(created),
        _ => default,
    };

    internal async Task<SourceTree> TreeAsync(Origin origin)
    {
        if (origin is Origin.OfFolder { Tree: var folder })
        {
            return folder;
        }

        IReadOnlyList<DiffId> layers = (await LayersAsync(origin))!;
        string identity = IdentityOf(layers);
        lock (_lock)
        {
            if (!_trees.TryGetValue(identity, out SourceTree? tree))
            {
                tree = _trees[identity] = Mounted(layers, identity);
            }

            return tree;
        }
    }

    /// <summary>By which a tree of layers is known.</summary>
    internal static string IdentityOf(IReadOnlyList<DiffId> layers)
    {
        using CacheKey key = new("", "layers");
        return key.Add([.. layers.Select(layer => layer.ToString())]).Finish();
    }

    public void Dispose()
    {
        foreach (SourceTree tree in _trees.Values)
        {
            tree.Dispose();
        }
    }

    private SourceTree Mounted(IReadOnlyList<DiffId> layers, string identity)
    {
        if (layers.Count == 0)
        {
            SafeFileHandle empty = Mounts.Create("tmpfs", [("mode", "755")], MountAttributes.MOUNT_ATTR_RDONLY);
            return new SourceTree(new BuildContext(empty, IgnoreRules.None), Owners.Kept, identity);
        }

        using SafeFileHandle mount = Mounts.Overlay(images.DirectoriesOf(layers), null, null);
        return new SourceTree(new BuildContext(Files.OpenAt(mount, ".", OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY), IgnoreRules.None), Owners.Kept, identity);
    }
}
