using Brig.Linux;
using Brig.Runtime.State;
using Brig.Runtime.Verbs;
using Microsoft.Win32.SafeHandles;

namespace Brig.Cli.OciRuntime;

/// <summary>What <c>run</c> and <c>restore</c> do with a container that they stay with.</summary>
internal static class OciForeground
{
    /// <summary>Waits for its end and deletes it, unless it is kept; its exit code.</summary>
    internal static int Follow(OciCall call, RuntimeContainer container, SafeFileHandle? terminal, bool keep)
    {
        int code, pid = container.Record.Init!.Value.Pid;
        using (SafeFileHandle init = Processes.TryOpen(pid)!)
        {
            code = new ForegroundProcess(pid, init, terminal).Run();
        }

        if (!keep)
        {
            new DeleteContainer(call.Settings).RunForced(container);
        }

        return code;
    }
}
