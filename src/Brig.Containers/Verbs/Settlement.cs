using Brig.Containers.Monitor;
using Brig.Linux;

namespace Brig.Containers.Verbs;

/// <summary>Puts right what a killed monitor left: whoever finds such a container does it (DESIGN, principle 3).</summary>
internal sealed class Settlement(Engine engine)
{
    private const int KilledWithMonitor = 137;

    /// <summary>The container as it is: the same where its monitor lives or it needs none, else ended and cleaned.</summary>
    internal Container Run(Container container)
    {
        if (container.Status != ContainerStatus.Running || container.HasMonitor)
        {
            return container;
        }

        // The kernel killed the first process with its monitor (PR_SET_PDEATHSIG), and the pid namespace with that.
        GiveBack(container.Id);
        ContainerState state = container.State with
        {
            Monitor = null,
            Pid = 0,
            ExitCode = KilledWithMonitor,
            Error = "the container's monitor ended unexpectedly",
            FinishedAt = engine.Time.GetUtcNow(),
            Endpoints = [],
            Ports = [],
        };
        if (container.Specification.AutoRemove)
        {
            engine.Removal.Run(container.Id);
        }
        else
        {
            engine.Table.Update(container.Id, ContainerStatus.Exited, state);
        }

        return container with { Status = ContainerStatus.Exited, State = state };
    }

    /// <summary>Takes back everything that outlives a container's processes.</summary>
    internal void GiveBack(ContainerId id)
    {
        CgroupRemoval.Run(CgroupHost.Detect().Open("brig/" + id));
        engine.Networks.Release(id.Value);
        engine.Networks.RemoveIdle();
        Files.Unlink(null, new ContainerFiles(engine.Root, id).Socket);
    }
}
