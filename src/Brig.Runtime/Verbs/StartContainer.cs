using System.Runtime.InteropServices;
using Brig.Linux;
using Brig.Oci;
using Brig.Oci.Runtime;
using Brig.Runtime.Hooks;
using Brig.Runtime.Launch;
using Brig.Runtime.Seccomp;
using Brig.Runtime.State;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Verbs;

/// <summary>Lets a created container run its program (runtime-spec runtime.md#start).</summary>
public sealed class StartContainer
{
    public void Run(RuntimeContainer container)
    {
        ContainerStatus status = container.Status;
        if (status != ContainerStatus.Created)
        {
            throw BrigException.Conflict(status switch
            {
                ContainerStatus.Stopped => "cannot start a container that has stopped",
                ContainerStatus.Running => "cannot start an already running container",
                _ => $"cannot start a container in the {container.StatusWord} state",
            });
        }

        HooksSpec? programs = container.Record.Hooks;
        HookRunner hooks = new(container.Record.Bundle);
        int pid = container.Record.Init!.Value.Pid;
        using SafeFileHandle init = container.OpenInit();
        (SafeFileHandle go, SafeFileHandle report) = container.Folder.OpenGate();
        using (go)
        using (report)
        {
            try
            {
                hooks.Run("startContainer", programs?.StartContainer, container.State("created", ProcessNamespaces.InnerPid(pid)), init, ProcessNamespaces.Foreign(pid));
                Open(container, go, report, init);
                hooks.Run("poststart", programs?.Poststart, container.State("running", pid));
            }
            catch (BrigException)
            {
                Processes.Signal(init, Signals.SIGKILL);
                Processes.AwaitEnd(init);
                throw;
            }
        }
    }

    private static void Open(RuntimeContainer container, SafeFileHandle go, SafeFileHandle report, SafeFileHandle init)
    {
        int pid = container.Record.Init!.Value.Pid;

        // Gone first: whoever dies between the two leaves a container that can be killed, not one that is started twice.
        container.Folder.RemoveGate();
        Files.WriteAll(go, [1]);
        if (container.Record.Listens && SeccompListener.Await(pid, init) is { } listener)
        {
            using (listener)
            {
                SeccompAgent.Tell(container.Record.Spec, container.State("created", pid), pid, listener);
            }

            Files.WriteAll(go, [1]);
        }

        if (Failure(container, report) is { } failure)
        {
            throw failure;
        }
    }

    private static BrigException? Failure(RuntimeContainer container, SafeFileHandle report)
    {
        Span<int> words = stackalloc int[2];
        while (true)
        {
            int got = Files.Read(report, MemoryMarshal.AsBytes(words));
            if (got == 0)
            {
                return null;
            }

            if (got > 0)
            {
                string[] step = words[0] >= 0 && words[0] < container.Record.Steps.Count ? container.Record.Steps[words[0]] : ["start"];
                return LaunchFailure.Explain(new LaunchStep(step[0], step.Length > 1 ? step[1] : null, 0, []), (Errno)words[1]);
            }

            Polling.AwaitInput(report);
        }
    }
}
