using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Launch;

/// <summary>Makes a user namespace that nobody is to live in: a child holds it until its mapping is written and it is open here.</summary>
internal static class UserNamespaceHolder
{
    internal static SafeFileHandle Make(string uidMap, string gidMap)
    {
        (SafeFileHandle goRead, SafeFileHandle goWrite) = Pipes.Create();
        using (goRead)
        using (goWrite)
        using (NativePlan plan = new([new LaunchStep("await", null, LaunchStep.Await, [goRead])]))
        {
            // -1: a child that has nothing to do has nothing to report.
            (int pid, int pidFd) = CloneChild.Start(plan, -1, NamespaceFlags.CLONE_NEWUSER, -1, sibling: false);
            using SafeFileHandle process = new(pidFd, ownsHandle: true);
            try
            {
                Files.WriteValue($"/proc/{pid}/uid_map", uidMap);
                Files.WriteValue($"/proc/{pid}/gid_map", gidMap);
                return Files.Open($"/proc/{pid}/ns/user", OpenFlags.O_RDONLY);
            }
            finally
            {
                Processes.Signal(process, Signals.SIGKILL);
                Processes.Wait(pid);
            }
        }
    }
}
