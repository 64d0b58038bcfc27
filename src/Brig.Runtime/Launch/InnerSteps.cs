using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Launch;

/// <summary>The steps by which a clone becomes this program once more, as root of a user namespace.</summary>
internal static class InnerSteps
{
    private const int F_SETFD = 2;

    internal static List<LaunchStep> Of(
        SafeFileHandle? joined, SafeFileHandle goRead, SafeFileHandle goWrite, SafeFileHandle report, IReadOnlyList<SafeFileHandle> tasks,
        SafeFileHandle control, SafeFileHandle program, IReadOnlyList<SafeFileHandle> inherited)
    {
        List<LaunchStep> steps = [new("close", null, SyscallNumber.Close, [goWrite])];
        foreach (SafeFileHandle file in tasks)
        {
            steps.Add(new("join cgroup", null, SyscallNumber.Write, [file, "0", 1]));
        }

        if (joined is not null)
        {
            steps.Add(new("setns", "the user namespace", SyscallNumber.Setns, [joined, (uint)NamespaceFlags.CLONE_NEWUSER]));
        }
        else
        {
            steps.Add(new("unshare user namespace", null, SyscallNumber.Unshare, [(uint)NamespaceFlags.CLONE_NEWUSER]));
            steps.Add(new("report", null, SyscallNumber.Write, [report, LaunchArgument.Of((LaunchPlan.ReachedHooks, 0)), 8]));
        }

        steps.Add(new("await", "the mapping", LaunchStep.Await, [goRead]));

        // As its root: whoever made it has all rights in it, but no ID that it knows.
        steps.Add(new("setgid", "0", SyscallNumber.Setresgid, [0, 0, 0]));
        steps.Add(new("setuid", "0", SyscallNumber.Setresuid, [0, 0, 0]));
        steps.Add(new("unshare mount namespace", null, SyscallNumber.Unshare, [(uint)NamespaceFlags.CLONE_NEWNS]));
        foreach (SafeFileHandle file in inherited.Append(control))
        {
            steps.Add(new("fcntl", null, SyscallNumber.Fcntl, [file, F_SETFD, 0]));
        }

        const int AT_EMPTY_PATH = 0x1000;
        steps.Add(new("exec", "/proc/self/exe", SyscallNumber.Execveat,
            [program, "", LaunchArgument.Strings(["brig", "oci-inner", Files.Number(control).ToString()]), LaunchArgument.Strings(["PATH=/usr/sbin:/usr/bin:/sbin:/bin"]), AT_EMPTY_PATH]));
        return steps;
    }
}
