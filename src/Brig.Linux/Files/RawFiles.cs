using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Brig.Linux;

/// <summary>
/// Files by names that are bytes, as archives and the kernel have them: any bytes but NUL and '/', then a closing NUL, which every
/// span given here must end in. A member answers with the kernel's error number, so that the caller can say what it was doing.
/// None follows a symbolic link in the last component.
/// </summary>
public static partial class RawFiles
{
    private const int AT_EMPTY_PATH = 0x1000;

    public static unsafe SafeFileHandle? TryOpen(SafeHandle directory, ReadOnlySpan<byte> name, OpenFlags flags, uint mode, out Errno errno)
    {
        fixed (byte* start = name)
        {
            int file;
            do
            {
                file = OpenAt(Files.Number(directory), start, Files.Native(flags | OpenFlags.O_NOFOLLOW), mode);
                errno = Result(file);
            }
            while (errno == Errno.EINTR);
            return file < 0 ? null : new SafeFileHandle(file, ownsHandle: true);
        }
    }

    /// <summary>Opens a directory below another by a path of several components, none of which may be a symbolic link (openat2(2)).</summary>
    public static unsafe SafeFileHandle? TryOpenDirectory(SafeHandle root, ReadOnlySpan<byte> path, out Errno errno)
    {
        const Resolve beneath = Resolve.RESOLVE_BENEATH | Resolve.RESOLVE_NO_SYMLINKS | Resolve.RESOLVE_NO_MAGICLINKS | Resolve.RESOLVE_NO_XDEV;
        Libc.OpenHow how = new() { Flags = (uint)Files.Native(OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY), Resolve = (ulong)beneath };
        fixed (byte* start = path)
        {
            nint file;
            do
            {
                file = Libc.Syscall(SyscallNumber.Openat2, Files.Number(root), (nint)start, (nint)(&how), sizeof(Libc.OpenHow));
                errno = Result(file);
            }
            while (errno is Errno.EINTR or Errno.EAGAIN);
            return file < 0 ? null : new SafeFileHandle(file, ownsHandle: true);
        }
    }

    public static unsafe Errno MakeDirectory(SafeHandle directory, ReadOnlySpan<byte> name, uint mode)
    {
        fixed (byte* start = name)
        {
            return Result(MkdirAt(Files.Number(directory), start, mode));
        }
    }

    public static unsafe Errno MakeNode(SafeHandle directory, ReadOnlySpan<byte> name, FileType type, uint permissions, uint major, uint minor)
    {
        // makedev(3): the C library's 64-bit encoding
        ulong device = (minor & 0xFFUL) | ((major & 0xFFFUL) << 8) | ((minor & 0xFFFFFF00UL) << 12) | ((major & 0xFFFFF000UL) << 32);
        fixed (byte* start = name)
        {
            return Result(MknodAt(Files.Number(directory), start, (uint)type | permissions, device));
        }
    }

    public static unsafe Errno Symlink(ReadOnlySpan<byte> target, SafeHandle directory, ReadOnlySpan<byte> name)
    {
        fixed (byte* text = target, start = name)
        {
            return Result(SymlinkAt(text, Files.Number(directory), start));
        }
    }

    public static unsafe Errno Link(SafeHandle oldDirectory, ReadOnlySpan<byte> oldName, SafeHandle newDirectory, ReadOnlySpan<byte> newName)
    {
        fixed (byte* old = oldName, start = newName)
        {
            return Result(LinkAt(Files.Number(oldDirectory), old, Files.Number(newDirectory), start, 0));
        }
    }

    public static unsafe Errno Unlink(SafeHandle directory, ReadOnlySpan<byte> name)
    {
        fixed (byte* start = name)
        {
            return Result(UnlinkAt(Files.Number(directory), start, 0));
        }
    }

    public static unsafe Errno ChangeOwner(SafeHandle directory, ReadOnlySpan<byte> name, uint uid, uint gid)
    {
        fixed (byte* start = name)
        {
            return Result(FchownAt(Files.Number(directory), start, uid, gid, Libc.AT_SYMLINK_NOFOLLOW));
        }
    }

    public static Errno ChangeOwner(SafeHandle file, uint uid, uint gid) => Result(Libc.Fchown(file, uid, gid));

    /// <summary>The name must not be a symbolic link's: this one call would follow it (before Linux 6.6 there is no other).</summary>
    public static unsafe Errno ChangeMode(SafeHandle directory, ReadOnlySpan<byte> name, uint mode)
    {
        fixed (byte* start = name)
        {
            return Result(FchmodAt(Files.Number(directory), start, mode, 0));
        }
    }

    public static Errno ChangeMode(SafeHandle file, uint mode) => Result(Libc.Fchmod(file, mode));

    /// <summary>Sets both the time of the last change and that of the last access.</summary>
    public static unsafe Errno SetTimes(SafeHandle directory, ReadOnlySpan<byte> name, long seconds, uint nanoseconds)
    {
        long* times = stackalloc long[4] { seconds, nanoseconds, seconds, nanoseconds };
        fixed (byte* start = name)
        {
            return Result(UtimensAt(Files.Number(directory), start, times, Libc.AT_SYMLINK_NOFOLLOW));
        }
    }

    /// <inheritdoc cref="SetTimes(SafeHandle, ReadOnlySpan{byte}, long, uint)"/>
    public static unsafe Errno SetTimes(SafeHandle file, long seconds, uint nanoseconds)
    {
        long* times = stackalloc long[4] { seconds, nanoseconds, seconds, nanoseconds };
        return Result(Futimens(Files.Number(file), times));
    }

    public static unsafe Errno Stat(SafeHandle directory, ReadOnlySpan<byte> name, out RawStatus status)
    {
        const uint STATX_BASIC_STATS = 0x7FF;
        Libc.StatxBuffer buffer;
        fixed (byte* start = name)
        {
            byte empty = 0;
            Errno errno = Result(Statx(Files.Number(directory), start is null ? &empty : start, Libc.AT_SYMLINK_NOFOLLOW | (start is null ? AT_EMPTY_PATH : 0), STATX_BASIC_STATS, &buffer));
            status = errno != Errno.None ? default : new RawStatus((FileType)(buffer.Mode & 0xF000), buffer.Mode & 0xFFFu, buffer.Uid, buffer.Gid, buffer.Inode, buffer.Links,
                (long)buffer.Size, buffer.RdevMajor, buffer.RdevMinor, buffer.ModifiedSeconds, buffer.ModifiedNanoseconds, (long)buffer.Blocks);
            return errno;
        }
    }

    /// <summary>The target of a symbolic link, without a NUL.</summary>
    public static unsafe Errno ReadLink(SafeHandle directory, ReadOnlySpan<byte> name, out byte[] target)
    {
        byte* buffer = stackalloc byte[4096];
        fixed (byte* start = name)
        {
            nint length = ReadlinkAt(Files.Number(directory), start, buffer, 4096);
            target = length < 0 ? [] : new ReadOnlySpan<byte>(buffer, (int)length).ToArray();
            return Result(length);
        }
    }

    /// <summary>Writes all of it at the descriptor's position.</summary>
    public static unsafe Errno Write(SafeHandle file, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            for (int done = 0; done < bytes.Length;)
            {
                nint put = Libc.Write(Files.Number(file), start + done, (nuint)(bytes.Length - done));
                if (Result(put) is not (Errno.None or Errno.EINTR))
                {
                    return Result(put);
                }

                done += (int)Math.Max(put, 0);
            }

            return Errno.None;
        }
    }

    /// <summary>Moves the descriptor's position to an offset from the start.</summary>
    public static Errno Seek(SafeHandle file, long offset) => Result((nint)Lseek(Files.Number(file), offset, 0));

    /// <summary>Moves the descriptor's position on by so many bytes.</summary>
    public static Errno Skip(SafeHandle file, long count) => Result((nint)Lseek(Files.Number(file), count, 1));

    public static Errno Truncate(SafeHandle file, long length) => Result(Ftruncate(Files.Number(file), length));

    private static Errno Result(nint result) => result < 0 ? (Errno)Marshal.GetLastPInvokeError() : Errno.None;

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    private static unsafe partial int OpenAt(int directory, byte* path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true)]
    private static unsafe partial int MkdirAt(int directory, byte* path, uint mode);

    [LibraryImport("libc", EntryPoint = "mknodat", SetLastError = true)]
    private static unsafe partial int MknodAt(int directory, byte* path, uint mode, ulong device);

    [LibraryImport("libc", EntryPoint = "symlinkat", SetLastError = true)]
    private static unsafe partial int SymlinkAt(byte* target, int directory, byte* path);

    [LibraryImport("libc", EntryPoint = "linkat", SetLastError = true)]
    private static unsafe partial int LinkAt(int oldDirectory, byte* oldPath, int newDirectory, byte* newPath, int flags);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true)]
    private static unsafe partial int UnlinkAt(int directory, byte* path, int flags);

    [LibraryImport("libc", EntryPoint = "fchownat", SetLastError = true)]
    private static unsafe partial int FchownAt(int directory, byte* path, uint uid, uint gid, int flags);

    [LibraryImport("libc", EntryPoint = "fchmodat", SetLastError = true)]
    private static unsafe partial int FchmodAt(int directory, byte* path, uint mode, int flags);

    [LibraryImport("libc", EntryPoint = "utimensat", SetLastError = true)]
    private static unsafe partial int UtimensAt(int directory, byte* path, long* times, int flags);

    [LibraryImport("libc", EntryPoint = "futimens", SetLastError = true)]
    private static unsafe partial int Futimens(int file, long* times);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static unsafe partial int Statx(int directory, byte* path, int flags, uint mask, Libc.StatxBuffer* buffer);

    [LibraryImport("libc", EntryPoint = "readlinkat", SetLastError = true)]
    private static unsafe partial nint ReadlinkAt(int directory, byte* path, byte* buffer, nuint size);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long Lseek(int file, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    private static partial int Ftruncate(int file, long length);
}
