using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Launch;

/// <summary>The steps that put mounts into place. Destinations are looked up inside the root by openat2(2): whatever links lie there, a mount cannot land outside.</summary>
internal static class MountSteps
{
    internal const int MOVE_MOUNT_F_EMPTY_PATH = 4;
    private const int MOVE_MOUNT_T_EMPTY_PATH = 0x40, O_CLOEXEC = 0x80000, O_PATH = 0x200000;
    private const int FSCONFIG_SET_FLAG = 0, FSCONFIG_SET_STRING = 1, FSCONFIG_CMD_CREATE = 6, FSOPEN_CLOEXEC = 1, FSMOUNT_CLOEXEC = 1;
    private const int Context = 0, Made = 1, Target = 2;

    /// <summary>The slot that keeps a descriptor of the container's own procfs, on which nobody has laid anything.</summary>
    internal const int ProcSlot = 8;

    internal static void Add(List<LaunchStep> steps, SafeFileHandle root, PreparedMount mount)
    {
        if (mount.Type == PreparedMount.Remount)
        {
            Find(steps, root, mount.Destination, Resolve.RESOLVE_NO_MAGICLINKS, O_PATH | O_CLOEXEC, Target);
            steps.Add(new("remount", mount.Destination, SyscallNumber.MountSetattr,
                [LaunchArgument.Slot(Target), "", Libc.AT_EMPTY_PATH, LaunchArgument.Of(new MountAttributesArgument { Set = (ulong)mount.Options.Set, Clear = (ulong)mount.Options.Clear }), 32]));
            return;
        }

        if (mount.Tree is not null)
        {
            Move(steps, root, mount.Tree, mount);
            return;
        }

        int slot = mount is { Type: "proc", Destination: "/proc" } ? ProcSlot : Made;
        AddFileSystem(steps, mount.Type, mount.Source, mount.Destination, mount.Options, slot);
        Move(steps, root, LaunchArgument.Slot(slot), mount);
    }

    /// <summary>A procfs that is in no mount table, for writing to without meeting what the image or another container laid over /proc.</summary>
    internal static void AddPrivateProc(List<LaunchStep> steps) => AddFileSystem(steps, "proc", "proc", "/proc", MountOptions.Parse(null), ProcSlot);

    /// <summary>The container's terminal as /dev/console (runtime-spec config-linux.md#default-devices).</summary>
    internal static void AddConsole(List<LaunchStep> steps, SafeFileHandle root, int number)
    {
        const int OPEN_TREE_CLONE = 1;
        string path = $"dev/pts/{number}";
        Find(steps, root, "/" + path, Resolve.RESOLVE_NO_SYMLINKS, O_PATH | O_CLOEXEC, Made);
        steps.Add(new("open_tree", "/" + path, SyscallNumber.OpenTree, [LaunchArgument.Slot(Made), "", OPEN_TREE_CLONE | O_CLOEXEC | Libc.AT_EMPTY_PATH]) { Slot = Context });
        Find(steps, root, "/dev/console", Resolve.RESOLVE_NO_SYMLINKS, O_PATH | O_CLOEXEC, Target);
        steps.Add(new("mount", "/dev/console", SyscallNumber.MoveMount, [LaunchArgument.Slot(Context), "", LaunchArgument.Slot(Target), "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH]));
    }

    private static void AddFileSystem(List<LaunchStep> steps, string type, string? source, string destination, MountOptions options, int slot)
    {
        steps.Add(new("mount " + type, destination, SyscallNumber.Fsopen, [type, FSOPEN_CLOEXEC]) { Slot = Context });
        if (source is { Length: > 0 })
        {
            // Some file systems have no use for a source, and say so.
            steps.Add(new("mount source", destination, SyscallNumber.Fsconfig, [LaunchArgument.Slot(Context), FSCONFIG_SET_STRING, "source", source, 0]) { Tolerated = [Errno.EINVAL] });
        }

        foreach ((string key, string? value) in options.Data)
        {
            steps.Add(new("mount option " + key, destination, SyscallNumber.Fsconfig,
                [LaunchArgument.Slot(Context), value is null ? FSCONFIG_SET_FLAG : FSCONFIG_SET_STRING, key, value is null ? 0 : value, 0]));
        }

        steps.Add(new("mount", destination, SyscallNumber.Fsconfig, [LaunchArgument.Slot(Context), FSCONFIG_CMD_CREATE, 0, 0, 0]));
        steps.Add(new("mount", destination, SyscallNumber.Fsmount, [LaunchArgument.Slot(Context), FSMOUNT_CLOEXEC, (long)options.Set]) { Slot = slot });
        steps.Add(new("close", null, SyscallNumber.Close, [LaunchArgument.Slot(Context)]));
        if (options.Propagation != 0)
        {
            steps.Add(new("propagation", destination, SyscallNumber.MountSetattr,
                [LaunchArgument.Slot(slot), "", Libc.AT_EMPTY_PATH, LaunchArgument.Of(new MountAttributesArgument { Propagation = options.Propagation }), 32]));
        }
    }

    private static void Move(List<LaunchStep> steps, SafeFileHandle root, LaunchArgument tree, PreparedMount mount)
    {
        // Who lays a link where /proc or /sys is to be wants them somewhere else.
        Resolve resolve = mount.Destination is "/proc" or "/sys" ? Resolve.RESOLVE_NO_SYMLINKS : Resolve.RESOLVE_NO_MAGICLINKS;
        Find(steps, root, mount.Destination, resolve, O_PATH | O_CLOEXEC, Target);
        steps.Add(new("mount", mount.Destination, SyscallNumber.MoveMount, [tree, "", LaunchArgument.Slot(Target), "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH]));
        steps.Add(new("close", null, SyscallNumber.Close, [LaunchArgument.Slot(Target)]));
    }

    private static void Find(List<LaunchStep> steps, SafeFileHandle root, string path, Resolve resolve, int flags, int slot)
    {
        Libc.OpenHow how = new() { Flags = (ulong)flags, Resolve = (ulong)(resolve | Resolve.RESOLVE_IN_ROOT) };
        steps.Add(new("open", path, SyscallNumber.Openat2, [root, path, LaunchArgument.Of(how), 24]) { Slot = slot });
    }
}
