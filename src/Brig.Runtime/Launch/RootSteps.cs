using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Launch;

/// <summary>The steps that bring the root file system into the container's mount namespace, and those that leave the host's behind.</summary>
internal static class RootSteps
{
    private const int MS_REC = 0x4000, MS_UNBINDABLE = 1 << 17, MS_PRIVATE = 1 << 18, MS_SLAVE = 1 << 19, MS_SHARED = 1 << 20, MNT_DETACH = 2;

    /// <param name="path">Where the root goes so that hooks find it; null lays it over the old one.</param>
    internal static void AddAttach(List<LaunchStep> steps, SafeFileHandle root, string? path, string? propagation)
    {
        // A slave hears of the host's later mounts; nothing of the container's is ever heard of outside.
        bool slave = propagation is "slave" or "rslave" or "shared" or "rshared";
        steps.Add(new("make mounts private", "/", SyscallNumber.Mount, ["", "/", 0, MS_REC | (slave ? MS_SLAVE : MS_PRIVATE), 0]));
        steps.Add(new("mount", "the root file system", SyscallNumber.MoveMount, [root, "", Libc.AT_FDCWD, path ?? "/", MountSteps.MOVE_MOUNT_F_EMPTY_PATH]));

        // A copy of a shared mount is in its peer group, and pivot_root(2) takes no shared one.
        MountAttributesArgument apart = new() { Propagation = slave ? (ulong)MS_SLAVE : MS_PRIVATE };
        steps.Add(new("propagation", "the root file system", SyscallNumber.MountSetattr, [root, "", Libc.AT_EMPTY_PATH | Libc.AT_RECURSIVE, LaunchArgument.Of(apart), 32]));
    }

    internal static void AddPivot(List<LaunchStep> steps, SafeFileHandle root)
    {
        steps.Add(new("fchdir", "the root file system", SyscallNumber.Fchdir, [root]));

        // The new root is pivoted with itself, which leaves the old one on top of it, to be taken off (man 2 pivot_root).
        steps.Add(new("pivot_root", null, SyscallNumber.PivotRoot, [".", "."]));
        steps.Add(new("unmount the host", null, SyscallNumber.Umount2, [".", MNT_DETACH]));
        steps.Add(new("chdir", "/", SyscallNumber.Chdir, ["/"]));
    }

    /// <summary>Without pivot_root: the root lies over the old one, or there is no mount namespace.</summary>
    internal static void AddChroot(List<LaunchStep> steps, SafeFileHandle root)
    {
        steps.Add(new("fchdir", "the root file system", SyscallNumber.Fchdir, [root]));
        steps.Add(new("chroot", null, SyscallNumber.Chroot, ["."]));
        steps.Add(new("chdir", "/", SyscallNumber.Chdir, ["/"]));
    }

    /// <summary>What becomes of mounts that are made below the root later.</summary>
    internal static void AddPropagation(List<LaunchStep> steps, string? propagation)
    {
        int flags = propagation switch
        {
            "shared" => MS_SHARED,
            "rshared" => MS_SHARED | MS_REC,
            "unbindable" => MS_UNBINDABLE,
            "runbindable" => MS_UNBINDABLE | MS_REC,
            _ => 0, // private and slave it is already
        };
        if (flags != 0)
        {
            steps.Add(new("propagation", "/", SyscallNumber.Mount, ["", "/", 0, flags, 0]));
        }
    }
}
