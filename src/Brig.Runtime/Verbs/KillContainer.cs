using Brig.Linux;
using Brig.Oci;
using Brig.Runtime.Resources;
using Brig.Runtime.State;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Verbs;

/// <summary>Signals a container's processes (runtime-spec runtime.md#kill).</summary>
public sealed class KillContainer
{
    /// <summary>Signals the first process.</summary>
    public void Run(RuntimeContainer container, int signal)
    {
        using SafeFileHandle init = container.OpenInit();
        if (!Processes.Signal(init, signal))
        {
            throw BrigException.Conflict("container not running");
        }

        // Without a pid namespace of its own its other processes outlive the first; a frozen cgroup hears nothing.
        if (signal == Signals.SIGKILL && container.Cgroup is { } cgroup)
        {
            if (!container.Record.OwnsPids)
            {
                CgroupEnd.Signal(cgroup, signal);
            }

            if (cgroup.IsFrozen)
            {
                cgroup.Freeze(FreezerState.Thawed);
            }
        }
    }

    /// <summary>Signals every process in its cgroup, the first one ended or not.</summary>
    public void RunAll(RuntimeContainer container, int signal)
    {
        if (container.Cgroup is not { } cgroup)
        {
            Run(container, signal);
            return;
        }

        CgroupEnd.Signal(cgroup, signal);
        if (signal == Signals.SIGKILL && cgroup.IsFrozen)
        {
            cgroup.Freeze(FreezerState.Thawed);
        }
    }
}
