using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Brig.Linux;

/// <summary>Joining namespaces on the calling thread. For processes with one thread.</summary>
public static class Namespaces
{
    /// <summary>Makes the next children of this process start in the pid namespace of <paramref name="process"/> (a pidfd) while <paramref name="work"/> runs.</summary>
    public static T WithPidNamespaceOf<T>(SafeHandle process, Func<T> work)
    {
        // Only pid_for_children changes: the caller itself stays where it is (man 2 setns), so going back is allowed.
        using SafeFileHandle own = Files.Open("/proc/self/ns/pid", OpenFlags.O_RDONLY);
        Join(process, NamespaceFlags.CLONE_NEWPID);
        try
        {
            return work();
        }
        finally
        {
            Join(own, NamespaceFlags.CLONE_NEWPID);
        }
    }

    /// <summary>Makes new namespaces for the caller (a pid or time namespace: for its next children).</summary>
    public static void Unshare(NamespaceFlags namespaces)
    {
        if (Libc.Syscall(SyscallNumber.Unshare, (nint)(uint)namespaces) < 0)
        {
            throw LinuxException.Last("unshare", null);
        }
    }

    private static void Join(SafeHandle file, NamespaceFlags type)
    {
        if (Libc.Setns(Files.Number(file), (uint)type) < 0)
        {
            throw LinuxException.Last("setns", null);
        }
    }
}
