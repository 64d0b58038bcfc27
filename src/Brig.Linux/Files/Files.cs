using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Brig.Linux;

/// <summary>
/// Files through descriptors. Every descriptor is O_CLOEXEC from birth. A null directory means the working directory.
/// All members throw <see cref="LinuxException"/> with the kernel's answer.
/// </summary>
public static partial class Files
{
    // arm and arm64 number these two differently (asm/fcntl.h).
    private static readonly bool s_arm = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;

    public static SafeFileHandle Open(string path, OpenFlags flags, uint mode = 0) => OpenAt(null, path, flags, mode);

    public static SafeFileHandle OpenAt(SafeHandle? directory, string path, OpenFlags flags, uint mode = 0) =>
        TryOpenAt(directory, path, flags, mode, out Errno errno) ?? throw new LinuxException("open", path, errno);

    /// <summary>Null where the kernel refuses; <paramref name="errno"/> says why.</summary>
    public static SafeFileHandle? TryOpenAt(SafeHandle? directory, string path, OpenFlags flags, uint mode, out Errno errno)
    {
        int native = Native(flags);
        int file = Run(() => Libc.OpenAt(Number(directory), path, native, mode));
        errno = file < 0 ? (Errno)Marshal.GetLastPInvokeError() : Errno.None;
        return file < 0 ? null : new SafeFileHandle(file, ownsHandle: true);
    }

    /// <summary>Opens a path as a process chrooted to <paramref name="root"/> would: symbolic links and <c>..</c> stay inside (openat2(2), RESOLVE_IN_ROOT).</summary>
    public static SafeFileHandle OpenInRoot(SafeHandle root, string path, OpenFlags flags, uint mode = 0) =>
        TryOpenIn(root, path, flags, mode, Resolve.RESOLVE_IN_ROOT | Resolve.RESOLVE_NO_MAGICLINKS, out Errno errno) ?? throw new LinuxException("open", path, errno);

    /// <summary>openat2(2). Null where the kernel refuses; <paramref name="errno"/> says why.</summary>
    public static unsafe SafeFileHandle? TryOpenIn(SafeHandle? root, string path, OpenFlags flags, uint mode, Resolve resolve, out Errno errno)
    {
        Libc.OpenHow how = new() { Flags = (ulong)(uint)Native(flags), Mode = mode, Resolve = (ulong)resolve };
        byte* name = (byte*)Marshal.StringToCoTaskMemUTF8(path);
        try
        {
            nint file;
            do
            {
                file = Libc.Syscall(SyscallNumber.Openat2, Number(root), (nint)name, (nint)(&how), sizeof(Libc.OpenHow));
                errno = file < 0 ? (Errno)Marshal.GetLastPInvokeError() : Errno.None;
            }
            while (errno is Errno.EINTR or Errno.EAGAIN); // EAGAIN: a rename raced with the walk (man 2 openat2)
            return file < 0 ? null : new SafeFileHandle(file, ownsHandle: true);
        }
        finally
        {
            Marshal.FreeCoTaskMem((nint)name);
        }
    }

    /// <summary>Makes a directory; one that exists already stays as it is.</summary>
    public static void MakeDirectory(SafeHandle? directory, string path, uint mode = 0x1ED)
    {
        if (Run(() => Libc.MkdirAt(Number(directory), path, mode)) < 0 && (Errno)Marshal.GetLastPInvokeError() != Errno.EEXIST)
        {
            throw LinuxException.Last("mkdir", path);
        }
    }

    /// <summary>Makes a directory that must not exist yet.</summary>
    public static void MakeNewDirectory(SafeHandle? directory, string path, uint mode = 0x1ED) =>
        Check(Run(() => Libc.MkdirAt(Number(directory), path, mode)), "mkdir", path);

    /// <summary>Makes a directory and what is missing above it, each with <paramref name="mode"/>.</summary>
    public static void MakeDirectories(string path, uint mode = 0x1ED)
    {
        if (Libc.MkdirAt(Libc.AT_FDCWD, path, mode) == 0)
        {
            return;
        }

        switch ((Errno)Marshal.GetLastPInvokeError())
        {
            case Errno.EEXIST:
                return;
            case Errno.ENOENT when Path.GetDirectoryName(path) is { Length: > 0 } parent:
                MakeDirectories(parent, mode);
                MakeDirectory(null, path, mode);
                return;
            default:
                throw LinuxException.Last("mkdir", path);
        }
    }

    public static void Rename(SafeHandle? oldDirectory, string oldPath, SafeHandle? newDirectory, string newPath) =>
        Check(Libc.RenameAt2(Number(oldDirectory), oldPath, Number(newDirectory), newPath, 0), "rename", newPath);

    /// <summary>Renames unless the new name is taken. False where it is.</summary>
    public static bool TryRenameNew(SafeHandle? oldDirectory, string oldPath, SafeHandle? newDirectory, string newPath)
    {
        const uint RENAME_NOREPLACE = 1;
        if (Libc.RenameAt2(Number(oldDirectory), oldPath, Number(newDirectory), newPath, RENAME_NOREPLACE) == 0)
        {
            return true;
        }

        return (Errno)Marshal.GetLastPInvokeError() is Errno.EEXIST or Errno.ENOTEMPTY ? false : throw LinuxException.Last("rename", newPath);
    }

    public static void Symlink(string target, SafeHandle? directory, string path) =>
        Check(Libc.SymlinkAt(target, Number(directory), path), "symlink", path);

    /// <summary>Removes a file; false where there was none.</summary>
    public static bool Unlink(SafeHandle? directory, string path) => Remove(directory, path, 0, "unlink");

    /// <summary>Removes an empty directory; false where there was none.</summary>
    public static bool RemoveDirectory(SafeHandle? directory, string path) => Remove(directory, path, Libc.AT_REMOVEDIR, "rmdir");

    /// <summary>Tries to remove an empty directory and says why where it stays.</summary>
    public static Errno TryRemoveDirectory(SafeHandle? directory, string path) =>
        Libc.UnlinkAt(Number(directory), path, Libc.AT_REMOVEDIR) == 0 ? Errno.None : (Errno)Marshal.GetLastPInvokeError();

    /// <summary>Makes a device node or FIFO. The mode counts as it is where the umask is 0.</summary>
    public static void MakeNode(SafeHandle? directory, string path, FileType type, uint permissions, uint major, uint minor)
    {
        // makedev(3): the C library's 64-bit encoding
        ulong device = ((ulong)(minor & 0xFF)) | ((ulong)(major & 0xFFF) << 8) | ((ulong)(minor & 0xFFFFFF00) << 12) | ((ulong)(major & 0xFFFFF000) << 32);
        Check(Libc.MknodAt(Number(directory), path, (uint)type | permissions, device), "mknod", path);
    }

    /// <summary>Sets the process's umask; returns the one before.</summary>
    public static uint SetUmask(uint mask) => Libc.Umask(mask);

    public static void ChangeOwner(SafeHandle? directory, string path, uint uid, uint gid) =>
        Check(Libc.FchownAt(Number(directory), path, uid, gid, Libc.AT_SYMLINK_NOFOLLOW), "chown", path);

    public static void ChangeOwner(SafeHandle file, uint uid, uint gid) => Check(Libc.Fchown(file, uid, gid), "chown", null);

    /// <summary>Gives a file to a user where the file system lets this process.</summary>
    public static void TryChangeOwner(SafeHandle file, uint uid) => _ = Libc.Fchown(file, uid, uint.MaxValue);

    public static void ChangeMode(SafeHandle file, uint mode) => Check(Libc.Fchmod(file, mode), "chmod", null);

    /// <summary>Status of a path without following a final symbolic link; null where nothing is there.</summary>
    public static FileStatus? TryStat(SafeHandle? directory, string path) => Stat(directory, path, Libc.AT_SYMLINK_NOFOLLOW);

    /// <summary>Status of what an open descriptor refers to.</summary>
    public static FileStatus Stat(SafeHandle file) => Stat(file, "", Libc.AT_EMPTY_PATH) ?? throw new LinuxException("stat", null, Errno.ENOENT);

    public static unsafe string ReadLink(SafeHandle? directory, string path)
    {
        byte* buffer = stackalloc byte[4096];
        nint length = Libc.ReadlinkAt(Number(directory), path, buffer, 4096);
        return length < 0 ? throw LinuxException.Last("readlink", path) : Encoding.UTF8.GetString(buffer, (int)length);
    }

    /// <summary>Writes everything of one file system to its disk (syncfs(2)).</summary>
    public static void Sync(SafeHandle file) => Check(Libc.SyncFs(file), "syncfs", null);

    /// <summary>Takes an exclusive flock(2) that lives as long as the descriptor; false where another holds it.</summary>
    public static bool TryLock(SafeHandle file)
    {
        const int LOCK_EX = 2, LOCK_NB = 4;
        return Libc.Flock(file, LOCK_EX | LOCK_NB) == 0
            || ((Errno)Marshal.GetLastPInvokeError() == Errno.EAGAIN ? false : throw LinuxException.Last("flock", null));
    }

    /// <summary>Waits for an exclusive flock(2) that lives as long as the descriptor.</summary>
    public static void Lock(SafeHandle file)
    {
        const int LOCK_EX = 2;
        Check(Run(() => Libc.Flock(file, LOCK_EX)), "flock", null);
    }

    /// <summary>Reads up to the buffer's size once; 0 is the end. EAGAIN gives -1.</summary>
    public static unsafe int Read(SafeHandle file, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            nint got;
            do
            {
                got = Libc.Read(Number(file), start, (nuint)buffer.Length);
            }
            while (got < 0 && Marshal.GetLastPInvokeError() == (int)Errno.EINTR);
            return got >= 0 ? (int)got : (Errno)Marshal.GetLastPInvokeError() == Errno.EAGAIN ? -1 : throw LinuxException.Last("read", null);
        }
    }

    /// <summary>Writes what the kernel takes at once. EAGAIN gives -1.</summary>
    public static unsafe int Write(SafeHandle file, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            nint put;
            do
            {
                put = Libc.Write(Number(file), start, (nuint)bytes.Length);
            }
            while (put < 0 && Marshal.GetLastPInvokeError() == (int)Errno.EINTR);
            return put >= 0 ? (int)put : (Errno)Marshal.GetLastPInvokeError() == Errno.EAGAIN ? -1 : throw LinuxException.Last("write", null);
        }
    }

    /// <summary>Writes all of it to a blocking descriptor.</summary>
    public static void WriteAll(SafeHandle file, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            int put = Write(file, bytes);
            bytes = bytes[Math.Max(put, 0)..];
        }
    }

    /// <summary>The whole of a small file such as those of /proc and /sys, at most <paramref name="limit"/> bytes.</summary>
    public static byte[] ReadAll(SafeHandle file, int limit = 1 << 20)
    {
        byte[] buffer = new byte[Math.Min(limit, 4096)];
        int length = 0;
        while (true)
        {
            int got = Read(file, buffer.AsSpan(length));
            if (got <= 0)
            {
                return buffer[..length];
            }

            length += got;
            if (length == buffer.Length)
            {
                if (length >= limit)
                {
                    throw new LinuxException("read", null, Errno.EFBIG);
                }

                Array.Resize(ref buffer, Math.Min(limit, length * 4));
            }
        }
    }

    /// <summary>The text of a small file; null where it does not exist.</summary>
    public static string? TryReadText(string path, int limit = 1 << 20)
    {
        using SafeFileHandle? file = TryOpenAt(null, path, OpenFlags.O_RDONLY, 0, out Errno errno);
        return file is not null ? Encoding.UTF8.GetString(ReadAll(file, limit))
            : errno is Errno.ENOENT or Errno.ENOTDIR ? null
            : throw new LinuxException("open", path, errno);
    }

    /// <summary>Writes one value to a file of /proc, /sys or a cgroup: a single write, which must exist already.</summary>
    public static void WriteValue(string path, string value)
    {
        using SafeFileHandle file = Open(path, OpenFlags.O_WRONLY);
        if (Write(file, Encoding.UTF8.GetBytes(value)) < 0)
        {
            throw LinuxException.Last("write", path);
        }
    }

    /// <summary>Writes a file beside its name and renames it into place: a reader sees the old text or the new one, never half.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> content, uint mode = 0x1A4)
    {
        // Two threads may do this at once.
        string beside = $"{path}.{Environment.ProcessId}-{Environment.CurrentManagedThreadId}.tmp";
        using (SafeFileHandle file = Open(beside, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_TRUNC | OpenFlags.O_NOFOLLOW, mode))
        {
            WriteAll(file, content);
        }

        Rename(null, beside, null, path);
    }

    /// <summary>Another descriptor of the same open file.</summary>
    public static SafeFileHandle Duplicate(SafeHandle file)
    {
        const int F_DUPFD_CLOEXEC = 1030;
        int copy = Libc.Fcntl(Number(file), F_DUPFD_CLOEXEC, 3);
        return copy < 0 ? throw LinuxException.Last("dup", null) : new SafeFileHandle(copy, ownsHandle: true);
    }

    /// <summary>Keeps a descriptor that came from outside from going on to other programs.</summary>
    public static void SetCloseOnExec(SafeHandle file)
    {
        const int F_SETFD = 2, FD_CLOEXEC = 1;
        Check(Libc.Fcntl(Number(file), F_SETFD, FD_CLOEXEC), "fcntl", null);
    }

    /// <summary>Lets a descriptor go on to the program that this one becomes.</summary>
    public static void KeepOnExec(SafeHandle file)
    {
        const int F_SETFD = 2;
        Check(Libc.Fcntl(Number(file), F_SETFD, 0), "fcntl", null);
    }

    /// <summary>Makes reads and writes answer at once (EAGAIN) instead of waiting. It is a property of the open file, not of the descriptor.</summary>
    public static void SetNonBlocking(SafeHandle file)
    {
        const int F_GETFL = 3, F_SETFL = 4;
        int flags = Libc.Fcntl(Number(file), F_GETFL, 0);
        Check(flags < 0 ? flags : Libc.Fcntl(Number(file), F_SETFL, flags | (int)OpenFlags.O_NONBLOCK), "fcntl", null);
    }

    /// <summary>The descriptor's number, for calls that take one. The handle must outlive the use.</summary>
    public static int Number(SafeHandle? handle) => handle is null ? Libc.AT_FDCWD : (int)handle.DangerousGetHandle();

    internal static int Native(OpenFlags flags)
    {
        int native = (int)(flags | OpenFlags.O_CLOEXEC);
        if (s_arm)
        {
            native &= ~(int)(OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW);
            native |= (flags & OpenFlags.O_DIRECTORY) != 0 ? 0x4000 : 0;
            native |= (flags & OpenFlags.O_NOFOLLOW) != 0 ? 0x8000 : 0;
        }

        return native;
    }

    private static unsafe FileStatus? Stat(SafeHandle? directory, string path, int flags)
    {
        const uint STATX_BASIC_STATS = 0x7FF;
        Libc.StatxBuffer buffer;
        if (Libc.Statx(Number(directory), path, flags, STATX_BASIC_STATS, &buffer) < 0)
        {
            return (Errno)Marshal.GetLastPInvokeError() is Errno.ENOENT or Errno.ENOTDIR ? null : throw LinuxException.Last("stat", path);
        }

        return new FileStatus(buffer.Mode, buffer.Uid, buffer.Gid, buffer.Inode, buffer.Links, (long)buffer.Size, (long)buffer.Blocks,
            buffer.DeviceMajor, buffer.DeviceMinor, buffer.RdevMajor, buffer.RdevMinor, (buffer.ModifiedSeconds * 1_000_000_000) + buffer.ModifiedNanoseconds,
            (buffer.ChangedSeconds * 1_000_000_000) + buffer.ChangedNanoseconds);
    }

    private static bool Remove(SafeHandle? directory, string path, int flags, string operation) =>
        Libc.UnlinkAt(Number(directory), path, flags) == 0
        || ((Errno)Marshal.GetLastPInvokeError() == Errno.ENOENT ? false : throw LinuxException.Last(operation, path));

    private static int Run(Func<int> call)
    {
        int result;
        do
        {
            result = call();
        }
        while (result < 0 && Marshal.GetLastPInvokeError() == (int)Errno.EINTR);
        return result;
    }

    private static void Check(int result, string operation, string? path)
    {
        if (result < 0)
        {
            throw LinuxException.Last(operation, path);
        }
    }
}
