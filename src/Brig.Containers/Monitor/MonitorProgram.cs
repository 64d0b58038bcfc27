using Brig.Linux;
using Brig.State;
using Microsoft.Win32.SafeHandles;

namespace Brig.Containers.Monitor;

/// <summary>The program <c>brig monitor ROOT RUN-ROOT ID</c>: one managed thread, its starter's socket as descriptor 3.</summary>
public static class MonitorProgram
{
    private const int StarterSocket = 3;
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(1);

    public static int Run(string root, string runRoot, string id, TimeProvider time)
    {
        // Modes in the container's /dev and files count as they are given.
        Files.SetUmask(0);
        using Engine engine = Engine.Open(new StateRoot(root, runRoot), time);
        bool usesNetworks = false;
        if (engine.Table.ById(new ContainerId(id)) is { } container)
        {
            usesNetworks = container.Specification is { SharesNetwork: false, Network: not "none" };
            using ContainerMonitor monitor = new(engine, container);
            monitor.Run(new SafeFileHandle(StarterSocket, ownsHandle: true));
            usesNetworks &= !monitor.IsUnrecorded;
        }

        if (usesNetworks)
        {
            // The next container may come at once: bridges go when they have been idle a while, and nobody waits for that.
            Thread.Sleep(s_idle);
            engine.Networks.RemoveIdle();
        }

        return 0;
    }
}
