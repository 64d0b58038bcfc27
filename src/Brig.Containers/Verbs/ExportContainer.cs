using Brig.Images.Layers;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Containers.Verbs;

/// <summary>Writes a container's root file system as one archive: what it shows, without what is mounted into it (semantics.md 63).</summary>
public sealed class ExportContainer(Engine engine)
{
    /// <summary>Synchronous: to be called on a thread that may wait.</summary>
    public void Run(Container container, Stream output, CancellationToken token)
    {
        // The upper directory as one more lower one: a second overlay may not write where the container does.
        IReadOnlyList<string> lowers = engine.Images.DirectoriesOf(container.Specification.Layers);
        using SafeFileHandle view = Mounts.Overlay([new ContainerFiles(engine.Root, container.Id).Upper, .. lowers], null, null);
        using SafeFileHandle root = Files.OpenAt(view, ".", OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        LayerStore.WriteTree(root, output, token);
    }
}
