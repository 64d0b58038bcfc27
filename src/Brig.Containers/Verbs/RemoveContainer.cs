using Brig.Containers.Volumes;
using Brig.Linux;

namespace Brig.Containers.Verbs;

/// <summary>Removes a container with everything that is its own.</summary>
public sealed class RemoveContainer(Engine engine)
{
    public void Run(Container container, RemovalForce force, AnonymousVolumes volumes)
    {
        container = new AwaitStart(engine).Run(container);
        if (container.Status == ContainerStatus.Running)
        {
            if (force == RemovalForce.Refuse)
            {
                throw IsRunning(container);
            }

            new StopContainer(engine).Run(container, 0, Signals.SIGKILL);
        }

        engine.Removal.Run(container.Id, volumes);
        if (engine.Table.ById(container.Id) is { HasMonitor: true } started)
        {
            throw IsRunning(started);
        }
    }

    private static BrigException IsRunning(Container container) =>
        BrigException.Conflict($"cannot remove container \"{container.Name}\": container is running: stop the container before removing or force remove");
}
