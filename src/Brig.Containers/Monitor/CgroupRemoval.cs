using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Containers.Monitor;

/// <summary>Empties and removes a container's cgroup.</summary>
internal static class CgroupRemoval
{
    /// <summary>
    /// Kills what is still in it (a process that was put there from outside: the container's own died with its pid namespace) and
    /// removes it. A task leaves its cgroup a moment after its exit is told, so the first attempt may come too early.
    /// </summary>
    internal static void Run(Cgroup cgroup)
    {
        const int Attempts = 200;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            if (cgroup.TryRemove())
            {
                return;
            }

            bool early = attempt < 5;
            if (!early)
            {
                Kill(cgroup);
            }

            Thread.Sleep(early ? 1 : 10);
        }
    }

    private static void Kill(Cgroup cgroup)
    {
        foreach (int pid in cgroup.Processes())
        {
            using SafeFileHandle? process = Processes.TryOpen(pid);
            if (process is not null)
            {
                Processes.Signal(process, Signals.SIGKILL);
            }
        }
    }
}
