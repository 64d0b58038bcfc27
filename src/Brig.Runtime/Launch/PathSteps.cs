using System.Text;
using Brig.Linux;
using Brig.Oci.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Launch;

/// <summary>The steps for single paths inside the container: kernel parameters, what is read-only, what is hidden.</summary>
internal static class PathSteps
{
    private const int O_WRONLY = 1, O_CLOEXEC = 0x80000, O_PATH = 0x200000, OPEN_TREE_CLONE = 1, MOVE_MOUNT_F_EMPTY_PATH = 4, MOVE_MOUNT_T_EMPTY_PATH = 0x40;

    /// <summary>
    /// Before /proc/sys becomes read-only, and through a procfs that the launch made itself: what lies at /proc inside could be
    /// a link or a mount that leads the write elsewhere (CVE-2025-52881).
    /// </summary>
    internal static void AddSysctls(List<LaunchStep> steps, IReadOnlyDictionary<string, string>? sysctls, bool hasProc)
    {
        const int File = 0;
        if (sysctls is not { Count: > 0 })
        {
            return;
        }

        if (!hasProc)
        {
            MountSteps.AddPrivateProc(steps);
        }

        foreach ((string key, string value) in sysctls)
        {
            string path = "sys/" + Sysctls.PathOf(key);
            Libc.OpenHow how = new() { Flags = O_WRONLY | O_CLOEXEC, Resolve = (ulong)(Resolve.RESOLVE_BENEATH | Resolve.RESOLVE_NO_SYMLINKS | Resolve.RESOLVE_NO_XDEV) };
            steps.Add(new("sysctl " + key, value, SyscallNumber.Openat2, [LaunchArgument.Slot(MountSteps.ProcSlot), path, LaunchArgument.Of(how), 24]) { Slot = File });
            steps.Add(new("sysctl " + key, value, SyscallNumber.Write, [LaunchArgument.Slot(File), value, Encoding.UTF8.GetByteCount(value)]));
            steps.Add(new("close", null, SyscallNumber.Close, [LaunchArgument.Slot(File)]));
        }
    }

    /// <summary>
    /// Has the kernel take on a profile of AppArmor or a label of SELinux at the exec. Written through a procfs of the launch's own, as
    /// kernel parameters are: a container's /proc could take the word and forget it (CVE-2019-16884).
    /// </summary>
    internal static void AddLabels(List<LaunchStep> steps, ProcessSpec process, bool hasProc)
    {
        (string Path, string Value)[] labels =
        [
            .. process.ApparmorProfile is { Length: > 0 } profile ? [("self/attr/apparmor/exec", "exec " + profile)] : Array.Empty<(string, string)>(),
            .. process.SelinuxLabel is { Length: > 0 } label ? [("self/attr/exec", label)] : Array.Empty<(string, string)>(),
        ];
        if (labels.Length > 0 && !hasProc)
        {
            MountSteps.AddPrivateProc(steps);
        }

        foreach ((string path, string value) in labels)
        {
            const int File = 0;
            steps.Add(new("security label", value, SyscallNumber.Openat, [LaunchArgument.Slot(MountSteps.ProcSlot), path, O_WRONLY | O_CLOEXEC, 0]) { Slot = File });
            steps.Add(new("security label", value, SyscallNumber.Write, [LaunchArgument.Slot(File), value, Encoding.UTF8.GetByteCount(value)]));
            steps.Add(new("close", null, SyscallNumber.Close, [LaunchArgument.Slot(File)]));
        }
    }

    internal static void AddReadOnly(List<LaunchStep> steps, string path, bool hasProc)
    {
        const int Copy = 0, Place = 3;
        steps.Add(Find("read-only", path, hasProc, Place, 4));
        steps.Add(new("open_tree", path, SyscallNumber.OpenTree, [LaunchArgument.Slot(Place), "", OPEN_TREE_CLONE | O_CLOEXEC | Libc.AT_EMPTY_PATH | Libc.AT_RECURSIVE]) { Slot = Copy });
        steps.Add(new("mount_setattr", path, SyscallNumber.MountSetattr,
            [LaunchArgument.Slot(Copy), "", Libc.AT_EMPTY_PATH | Libc.AT_RECURSIVE, LaunchArgument.Of(new MountAttributesArgument { Set = (ulong)MountAttributes.MOUNT_ATTR_RDONLY }), 32]));
        steps.Add(new("mount", path, SyscallNumber.MoveMount, [LaunchArgument.Slot(Copy), "", LaunchArgument.Slot(Place), "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH]));
        steps.Add(new("close", null, SyscallNumber.Close, [LaunchArgument.Slot(Copy)]));
    }

    /// <summary>Covers a file with the host's own null device (checked by the parent), a directory with an empty one.</summary>
    /// <param name="nullDevice">Null where no file can be.</param>
    internal static void AddMask(List<LaunchStep> steps, string path, SafeFileHandle? nullDevice, bool hasProc)
    {
        const int FSCONFIG_CMD_CREATE = 6, Place = 3, Context = 1, Made = 2;
        MountAttributes attributes = MountAttributes.MOUNT_ATTR_RDONLY | MountAttributes.MOUNT_ATTR_NOSUID | MountAttributes.MOUNT_ATTR_NODEV | MountAttributes.MOUNT_ATTR_NOEXEC;
        LaunchStep[] directory =
        [
            new("mask", path, SyscallNumber.Fsopen, ["tmpfs", 1]) { Slot = Context },
            new("mask", path, SyscallNumber.Fsconfig, [LaunchArgument.Slot(Context), FSCONFIG_CMD_CREATE, 0, 0, 0]),
            new("mask", path, SyscallNumber.Fsmount, [LaunchArgument.Slot(Context), 1, (long)attributes]) { Slot = Made },
            new("mask", path, SyscallNumber.MoveMount, [LaunchArgument.Slot(Made), "", LaunchArgument.Slot(Place), "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH]),
        ];

        LaunchStep[] file = nullDevice is null ? [] :
        [
            new("mask", path, SyscallNumber.MoveMount, [nullDevice, "", LaunchArgument.Slot(Place), "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH])
            {
                // A directory takes no file over it: it gets the next steps.
                Tolerated = [Errno.ENOTDIR, Errno.EINVAL],
                Then = directory.Length,
            },
        ];
        steps.Add(Find("mask", path, hasProc, Place, file.Length + directory.Length));
        steps.AddRange(file);
        steps.AddRange(directory);
    }

    /// <summary>
    /// Opens a path; nothing there skips what follows. What is below /proc is looked for in the procfs that the launch mounted, whatever
    /// somebody who shares the root puts in its place meanwhile (CVE-2023-27561).
    /// </summary>
    private static LaunchStep Find(string operation, string path, bool hasProc, int slot, int skipped)
    {
        bool own = hasProc && path.StartsWith("/proc/", StringComparison.Ordinal);
        Libc.OpenHow how = new() { Flags = O_PATH | O_CLOEXEC, Resolve = (ulong)(Resolve.RESOLVE_NO_MAGICLINKS | (own ? Resolve.RESOLVE_BENEATH : Resolve.None)) };
        return new(operation, path, SyscallNumber.Openat2, [own ? LaunchArgument.Slot(MountSteps.ProcSlot) : Libc.AT_FDCWD, own ? path["/proc/".Length..] : path, LaunchArgument.Of(how), 24])
        {
            Slot = slot,
            Tolerated = [Errno.ENOENT, Errno.ENOTDIR],
            Otherwise = skipped,
        };
    }

    /// <summary>
    /// Goes to the working directory while everything is still allowed. A link of /proc to an open descriptor is refused on the way: it
    /// would lead to a directory outside the root if any had leaked (CVE-2024-21626).
    /// </summary>
    internal static void AddWorkingDirectory(List<LaunchStep> steps, string cwd)
    {
        const int Slot = 3;
        Libc.OpenHow how = new() { Flags = O_PATH | O_CLOEXEC, Resolve = (ulong)Resolve.RESOLVE_NO_MAGICLINKS };
        steps.Add(new("chdir", cwd, SyscallNumber.Openat2, [Libc.AT_FDCWD, cwd, LaunchArgument.Of(how), 24]) { Slot = Slot });
        steps.Add(new("chdir", cwd, SyscallNumber.Fchdir, [LaunchArgument.Slot(Slot)]));
        steps.Add(new("close", null, SyscallNumber.Close, [LaunchArgument.Slot(Slot)]));
    }
}
