using Brig.Containers.Volumes;
using Brig.Linux;

namespace Brig.Containers.Verbs;

/// <summary>Removes a container with everything that is its own.</summary>
public sealed class RemoveContainer(Engine engine)
{
    /// <summary>Started again and again by others meanwhile, it is left to them.</summary>
    private const int Attempts = 10;

    public void Run(Container container, RemovalForce force, AnonymousVolumes volumes)
    {
        for (int attempt = 1; ; attempt++)
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

            // Somebody may have started it between the look at it and the removal.
            if (engine.Table.ById(container.Id) is not { HasMonitor: true } started)
            {
                return;
            }

            container = attempt < Attempts ? started : throw IsRunning(started);
        }
    }

    private static BrigException IsRunning(Container container) =>
        BrigException.Conflict($"cannot remove container \"{container.Name}\": container is running: stop the container before removing or force remove");
}
