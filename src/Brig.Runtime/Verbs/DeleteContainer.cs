using Brig.Linux;
using Brig.Oci;
using Brig.Runtime.Hooks;
using Brig.Runtime.Resources;
using Brig.Runtime.State;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Verbs;

/// <summary>Takes back everything that was made for a container (runtime-spec runtime.md#delete).</summary>
public sealed class DeleteContainer(RuntimeSettings settings)
{
    /// <summary>Deletes a container that has stopped, or that was created and never started.</summary>
    public void Run(RuntimeContainer container)
    {
        ContainerStatus status = container.Status;
        if (status is not (ContainerStatus.Stopped or ContainerStatus.Created))
        {
            throw BrigException.Conflict($"cannot delete container {container.Record.Id} that is not stopped: {container.StatusWord}");
        }

        End(container);
    }

    /// <summary>Deletes a container in any state, its processes killed.</summary>
    public void RunForced(RuntimeContainer container) => End(container);

    private void End(RuntimeContainer container)
    {
        ContainerRecord record = container.Record;
        if (record.Init is { IsAlive: true } init && Processes.TryOpen(init.Pid) is { } process)
        {
            using (process)
            {
                Processes.Signal(process, Signals.SIGKILL);
                if (container.Cgroup is { IsFrozen: true } frozen)
                {
                    frozen.Freeze(FreezerState.Thawed);
                }

                Processes.AwaitEnd(process);
            }
        }

        if (record.Unit is { } unit)
        {
            settings.Attempt(SystemdScope.Named(unit).Stop);
        }

        if (container.Cgroup is { } cgroup)
        {
            CgroupEnd.Run(cgroup);
        }

        if (record.ResourceGroup is { } group)
        {
            ResourceGroups.Remove(group);
        }

        container.Folder.Remove();

        // What fails here keeps nothing else from going (runtime-spec runtime.md#lifecycle, 13).
        foreach (Brig.Oci.Runtime.HookSpec hook in record.Hooks?.Poststop ?? [])
        {
            settings.Attempt(() => new HookRunner(record.Bundle).Run("poststop", [hook], container.State("stopped", 0)));
        }
    }
}
