using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Brig.Linux;

/// <summary>
/// Detached mounts: made with the mount API of Linux 5.2 and later, seen in no mount table,
/// gone when the last descriptor is closed unless moved into place. Safe in any thread of any process.
/// </summary>
public static partial class Mounts
{
    private const int FSCONFIG_SET_STRING = 1;
    private const int FSCONFIG_SET_FD = 5;
    private const int FSCONFIG_CMD_CREATE = 6;

    /// <summary>
    /// An overlay of directories. Writes go to <paramref name="upper"/>, which must be on one file system with
    /// <paramref name="work"/>; both null gives a read-only view.
    /// </summary>
    /// <param name="lowers">Topmost first; at least one.</param>
    /// <returns>The root of the mount: it serves as the directory of openat calls, and closing it unmounts.</returns>
    public static SafeFileHandle Overlay(IReadOnlyList<string> lowers, string? upper, string? work)
    {
        if (upper is null && lowers.Count == 1)
        {
            // overlayfs wants two directories: one alone is shown as it is.
            SafeFileHandle single = OpenTree(null, lowers[0], recursive: false);
            SetAttributes(single, MountAttributes.MOUNT_ATTR_RDONLY, MountAttributes.None, 0, recursive: false);
            return single;
        }

        using SafeFileHandle context = OpenContext("overlay", "overlay");
        List<SafeFileHandle> held = [];
        try
        {
            foreach (string lower in lowers)
            {
                SetDirectory(context, "lowerdir+", lower, held);
            }

            if (upper is not null && work is not null)
            {
                SetDirectory(context, "upperdir", upper, held);
                SetDirectory(context, "workdir", work, held);
            }

            return Create(context, "overlay", upper is null ? MountAttributes.MOUNT_ATTR_RDONLY : MountAttributes.None);
        }
        finally
        {
            held.ForEach(handle => handle.Dispose());
        }
    }

    /// <summary>A new file system of a type, e.g. a tmpfs with <c>("size", "65536k")</c>; a null value is a flag.</summary>
    public static SafeFileHandle Create(string type, IReadOnlyList<(string Key, string? Value)> data, MountAttributes attributes)
    {
        const int FSCONFIG_SET_FLAG = 0;
        using SafeFileHandle context = OpenContext(type, data.FirstOrDefault(option => option.Key == "source").Value ?? type);
        foreach ((string key, string? value) in data.Where(option => option.Key != "source"))
        {
            if (Configure(context, value is null ? FSCONFIG_SET_FLAG : FSCONFIG_SET_STRING, key, value, 0) < 0)
            {
                throw LinuxException.Last($"mount {type} option", value is null ? key : $"{key}={value}");
            }
        }

        return Create(context, type, attributes);
    }

    /// <summary>A copy of the mount (and with <paramref name="recursive"/> of those below it) that holds <paramref name="path"/>, rooted there: what a bind mount is made from.</summary>
    public static unsafe SafeFileHandle OpenTree(SafeHandle? directory, string path, bool recursive)
    {
        const int OPEN_TREE_CLONE = 1, OPEN_TREE_CLOEXEC = 0x80000;
        byte[] name = [.. Encoding.UTF8.GetBytes(path), 0];
        fixed (byte* start = name)
        {
            int flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | (recursive ? Libc.AT_RECURSIVE : 0) | (path.Length == 0 ? Libc.AT_EMPTY_PATH : 0);
            return Handle(Libc.Syscall(SyscallNumber.OpenTree, Files.Number(directory), (nint)start, flags), "open_tree", path);
        }
    }

    /// <summary>Sets and clears attributes, and the propagation where it is not zero, of a mount (and with <paramref name="recursive"/> of all below it).</summary>
    public static unsafe void SetAttributes(SafeHandle mount, MountAttributes set, MountAttributes clear, ulong propagation, bool recursive)
    {
        // The access time modes are values of one field: the old value is cleared where a new one is set (man 2 mount_setattr).
        const MountAttributes AccessTimes = (MountAttributes)0x70;
        clear |= ((set | clear) & AccessTimes) != 0 ? AccessTimes : MountAttributes.None;
        if ((set | clear) == MountAttributes.None && propagation == 0)
        {
            return;
        }

        MountAttr attributes = new() { Set = (ulong)set, Clear = (ulong)clear, Propagation = propagation };
        byte empty = 0;
        nint result = Libc.Syscall(SyscallNumber.MountSetattr, Files.Number(mount), (nint)(&empty),
            Libc.AT_EMPTY_PATH | (recursive ? Libc.AT_RECURSIVE : 0), (nint)(&attributes), sizeof(MountAttr));
        if (result < 0)
        {
            throw LinuxException.Last("mount_setattr", null);
        }
    }

    /// <summary>Shows the owners of a detached mount's files as a user namespace maps them (man 2 mount_setattr, MOUNT_ATTR_IDMAP).</summary>
    public static unsafe void MapIds(SafeHandle mount, SafeHandle userNamespace, bool recursive)
    {
        const ulong MOUNT_ATTR_IDMAP = 0x100000;
        MountAttr attributes = new() { Set = MOUNT_ATTR_IDMAP, UsernsFd = (ulong)Files.Number(userNamespace) };
        byte empty = 0;
        if (Libc.Syscall(SyscallNumber.MountSetattr, Files.Number(mount), (nint)(&empty), Libc.AT_EMPTY_PATH | (recursive ? Libc.AT_RECURSIVE : 0), (nint)(&attributes), sizeof(MountAttr)) < 0)
        {
            throw LinuxException.Last("mount_setattr idmap", null);
        }
    }

    /// <summary>Whether a directory is the root of a procfs (man 2 fstatfs).</summary>
    public static bool IsProc(SafeHandle folder) => KindOf(folder) == 0x9fa0;

    /// <summary>Whether a directory is in a devpts.</summary>
    public static bool IsTerminals(SafeHandle folder) => KindOf(folder) == 0x1cd1;

    /// <summary>The magic number of the file system (linux/magic.h).</summary>
    private static unsafe long KindOf(SafeHandle folder)
    {
        long* status = stackalloc long[32];
        return FstatFs(Files.Number(folder), status) == 0 ? status[0] : throw LinuxException.Last("fstatfs", null);
    }

    [LibraryImport("libc", EntryPoint = "fstatfs64", SetLastError = true)]
    private static unsafe partial int FstatFs(int file, long* status);

    // Overlay takes layers by descriptor from Linux 6.13 on, one by one by name from 6.5 on.
    private static void SetDirectory(SafeFileHandle context, string key, string path, List<SafeFileHandle> held)
    {
        SafeFileHandle directory = Files.Open(path, OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
        held.Add(directory);
        if (Configure(context, FSCONFIG_SET_FD, key, null, Files.Number(directory)) < 0)
        {
            // The path through /proc keeps below the 256 bytes that fsconfig takes, wherever the root is.
            string through = $"/proc/self/fd/{Files.Number(directory)}";
            if (Configure(context, FSCONFIG_SET_STRING, key, through, 0) < 0)
            {
                throw LinuxException.Last($"overlay {key}", path);
            }
        }
    }

    private static unsafe SafeFileHandle OpenContext(string type, string source)
    {
        const int FSOPEN_CLOEXEC = 1;
        byte[] name = [.. Encoding.UTF8.GetBytes(type), 0];
        fixed (byte* start = name)
        {
            SafeFileHandle context = Handle(Libc.Syscall(SyscallNumber.Fsopen, (nint)start, FSOPEN_CLOEXEC), "fsopen", type);

            // What df and mount show as the device; without it they show "none".
            _ = Configure(context, FSCONFIG_SET_STRING, "source", source, 0);
            return context;
        }
    }

    private static SafeFileHandle Create(SafeFileHandle context, string type, MountAttributes attributes)
    {
        const int FSMOUNT_CLOEXEC = 1;
        if (Configure(context, FSCONFIG_CMD_CREATE, null, null, 0) < 0)
        {
            LinuxException error = LinuxException.Last("mount", type);
            throw Messages(context) is { Length: > 0 } said ? new LinuxException($"mount {type} ({said})", null, error.Errno) : error;
        }

        return Handle(Libc.Syscall(SyscallNumber.Fsmount, Files.Number(context), FSMOUNT_CLOEXEC, (nint)(ulong)attributes), "fsmount", type);
    }

    /// <summary>What the file system wrote to the context's log about a refusal (reading a context gives one message a call).</summary>
    private static string Messages(SafeFileHandle context)
    {
        try
        {
            Span<byte> buffer = stackalloc byte[1024];
            return Encoding.UTF8.GetString(buffer[..Math.Max(0, Files.Read(context, buffer))]).Trim();
        }
        catch (LinuxException)
        {
            return "";
        }
    }

    private static unsafe nint Configure(SafeFileHandle context, int command, string? key, string? value, int auxiliary)
    {
        byte[]? keyBytes = key is null ? null : [.. Encoding.UTF8.GetBytes(key), 0];
        byte[]? valueBytes = value is null ? null : [.. Encoding.UTF8.GetBytes(value), 0];
        fixed (byte* keyStart = keyBytes, valueStart = valueBytes)
        {
            return Libc.Syscall(SyscallNumber.Fsconfig, Files.Number(context), command, (nint)keyStart, (nint)valueStart, auxiliary);
        }
    }

    private static SafeFileHandle Handle(nint result, string operation, string path) =>
        result < 0 ? throw LinuxException.Last(operation, path) : new SafeFileHandle(result, ownsHandle: true);

    [StructLayout(LayoutKind.Sequential)]
    private struct MountAttr
    {
        internal ulong Set;
        internal ulong Clear;
        internal ulong Propagation;
        internal ulong UsernsFd;
    }
}
