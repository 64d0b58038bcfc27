using Brig.Containers.Volumes;
using Brig.Linux;

namespace Brig.Containers.Verbs;

/// <summary>Removes a container with everything that is its own.</summary>
public sealed class RemoveContainer(Engine engine)
{
    public void Run(Container container, RemovalForce force, AnonymousVolumes volumes)
    {
        if (container.Status == ContainerStatus.Running)
        {
            if (force == RemovalForce.Refuse)
            {
                throw BrigException.Conflict($"cannot remove container \"{container.Name}\": container is running: stop the container before removing or force remove");
            }

            new StopContainer(engine).Run(container, 0, Signals.SIGKILL);
        }

        engine.Removal.Run(container.Id, volumes);
    }
}
