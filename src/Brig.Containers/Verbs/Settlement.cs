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
        if ((container.Status != ContainerStatus.Running && container.State.Monitor is null) || container.HasMonitor)
        {
            return container;
        }

        // It may have ended between the two looks.
        if (engine.Table.ById(container.Id) is not { HasMonitor: false } still || (still.Status != ContainerStatus.Running && still.State.Monitor is null))
        {
            return engine.Table.ById(container.Id) ?? container with { Status = ContainerStatus.Removing };
        }

        Container settled = Settled(still);
        try
        {
            // The kernel killed the first process with its monitor (PR_SET_PDEATHSIG), and the pid namespace with that.
            GiveBack(still.Id);
            if (settled is { Status: ContainerStatus.Exited, Specification.AutoRemove: true } or { Specification.Step: not null })
            {
                engine.Removal.Run(still.Id);
            }
            else
            {
                engine.Table.Update(still.Id, settled.Status, settled.State);
            }
        }
        catch (BrigException full) when (full.Kind == ErrorKind.Unavailable)
        {
            // The database takes nothing, on a full disk: what there is can be looked at all the same.
        }

        return settled;
    }

    private Container Settled(Container container)
    {
        ContainerState idle = container.State with { Monitor = null, Pid = 0, Endpoints = [], Ports = [] };
        if (container.Status != ContainerStatus.Running)
        {
            return container with { State = idle }; // it died before the container ran: who wanted it started was told
        }

        LastWords? words = LastWords.TryRead(new ContainerFiles(engine.Root, container.Id).LastWords);
        return container with
        {
            Status = ContainerStatus.Exited,
            State = idle with
            {
                ExitCode = words?.ExitCode ?? KilledWithMonitor,
                Error = words is null ? "the container's monitor ended unexpectedly" : "",
                FinishedAt = words?.At ?? engine.Time.GetUtcNow(),
                OutOfMemory = words?.OutOfMemory ?? false,
            },
        };
    }

    /// <summary>Takes back everything that outlives a container's processes.</summary>
    internal void GiveBack(ContainerId id)
    {
        ContainerFiles files = new(engine.Root, id);
        CgroupRemoval.Run(CgroupHost.Detect().Open(files.Cgroup));
        engine.Networks.Release(id.Value);
        engine.Networks.RemoveIdle();
        Files.Unlink(null, files.Socket);
    }
}
