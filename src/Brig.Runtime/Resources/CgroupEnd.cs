using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Resources;

/// <summary>Ends whoever is still in a container's cgroup and removes it.</summary>
internal static class CgroupEnd
{
    internal static void Run(Cgroup cgroup)
    {
        const int Attempts = 500;
        for (int attempt = 0; attempt < Attempts && !(IsOurs(cgroup) && cgroup.TryRemove()) && !cgroup.TryRemoveTree(); attempt++)
        {
            // A task leaves its cgroup a moment after its exit is told: the first attempts may just be early.
            if (attempt >= 5)
            {
                Kill(cgroup);
            }

            Thread.Sleep(attempt < 5 ? 1 : 10);
        }
    }

    /// <summary>Below the parent that this runtime makes where it was given no path: that goes with the last of them.</summary>
    private static bool IsOurs(Cgroup cgroup) => cgroup.Name.StartsWith(ContainerCgroup.Parent + "/", StringComparison.Ordinal);

    /// <summary>Sends SIGKILL to everyone in it; a frozen cgroup is thawed, or nobody would hear it.</summary>
    internal static void Kill(Cgroup cgroup)
    {
        Signal(cgroup, Signals.SIGKILL);
        if (cgroup.IsFrozen)
        {
            cgroup.Freeze(FreezerState.Thawed);
        }
    }

    internal static void Signal(Cgroup cgroup, int signal)
    {
        foreach (int pid in cgroup.AllProcesses().Where(pid => pid > 0))
        {
            using SafeFileHandle? process = Processes.TryOpen(pid);
            if (process is not null)
            {
                Processes.Signal(process, signal);
            }
        }
    }
}
