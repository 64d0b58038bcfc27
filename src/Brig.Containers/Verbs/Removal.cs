using Brig.Containers.Volumes;
using Brig.Linux;

namespace Brig.Containers.Verbs;

/// <summary>Takes a container that does not run out of the world: first its row says so, then its files go, then the row.</summary>
internal sealed class Removal(Engine engine)
{
    internal void Run(ContainerId id, AnonymousVolumes volumes = AnonymousVolumes.Remove)
    {
        if (!engine.Table.Condemn(id))
        {
            return;
        }

        ContainerFiles files = new(engine.Root, id);
        Trees.Remove(null, files.Folder);
        Files.Unlink(null, files.Socket);
        engine.Volumes.Release(id, volumes);
        engine.Table.Delete(id);
        engine.Images.Release("container:" + id);
    }
}
