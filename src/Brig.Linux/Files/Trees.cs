using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Brig.Linux;

/// <summary>Whole directory trees, walked by descriptor so that a swapped symbolic link is never followed.</summary>
public static partial class Trees
{
    private const long BlockSize = 512; // of st_blocks, whatever the file system's own

    /// <summary>Removes a path and everything below it; nothing there is fine. Never follows a link, never leaves the file system it starts on.</summary>
    public static void Remove(SafeHandle? directory, string path)
    {
        byte[] name = [.. Encoding.UTF8.GetBytes(path), 0];
        Remove(Files.Number(directory), name, path);
    }

    /// <inheritdoc cref="Remove(SafeHandle?, string)"/>
    public static void Remove(SafeHandle directory, ReadOnlySpan<byte> name) =>
        Remove(Files.Number(directory), name, Encoding.UTF8.GetString(name.TrimEnd((byte)0)));

    /// <summary>Bytes that a directory takes on its disk with everything below it, each inode once, as du(1) counts them.</summary>
    public static long DiskUsage(SafeHandle directory)
    {
        Errno errno = RawFiles.Stat(directory, [], out RawStatus status);
        return errno == Errno.None ? (status.Blocks * BlockSize) + DiskUsage(directory, []) : throw new LinuxException("stat", null, errno);
    }

    private static long DiskUsage(SafeHandle directory, HashSet<ulong> linked)
    {
        long sum = 0;
        foreach (byte[] name in Entries(directory))
        {
            Errno errno = RawFiles.Stat(directory, name, out RawStatus status);
            if (errno == Errno.ENOENT || (status is { Links: > 1, IsDirectory: false } && !linked.Add(status.Inode)))
            {
                continue; // removed meanwhile, or counted under another name
            }

            if (errno != Errno.None)
            {
                throw new LinuxException("stat", Encoding.UTF8.GetString(name.AsSpan(0, name.Length - 1)), errno);
            }

            sum += status.Blocks * BlockSize;
            if (status.IsDirectory)
            {
                using SafeFileHandle? inner = RawFiles.TryOpen(directory, name, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, 0, out errno);
                sum += inner is not null ? DiskUsage(inner, linked)
                    : errno == Errno.ENOENT ? 0
                    : throw new LinuxException("open", Encoding.UTF8.GetString(name.AsSpan(0, name.Length - 1)), errno);
            }
        }

        return sum;
    }

    private static unsafe void Remove(int directory, ReadOnlySpan<byte> name, string shown)
    {
        fixed (byte* start = name)
        {
            if (UnlinkAt(directory, start, 0) == 0)
            {
                return;
            }

            switch ((Errno)Marshal.GetLastPInvokeError())
            {
                case Errno.ENOENT:
                    return;
                case Errno.EISDIR or Errno.EPERM or Errno.ENOTEMPTY:
                    break;
                default:
                    throw LinuxException.Last("unlink", shown);
            }

            int inner = OpenAt(directory, start, Files.Native(OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW), 0);
            if (inner < 0)
            {
                throw LinuxException.Last("open", shown);
            }

            using (SafeFileHandle held = new(inner, ownsHandle: true))
            {
                foreach (byte[] entry in Entries(held))
                {
                    Remove(inner, entry, shown);
                }
            }

            if (UnlinkAt(directory, start, Libc.AT_REMOVEDIR) < 0 && (Errno)Marshal.GetLastPInvokeError() != Errno.ENOENT)
            {
                throw LinuxException.Last("rmdir", shown);
            }
        }
    }

    /// <summary>The names in a directory as the kernel has them: raw bytes with a closing NUL, without <c>.</c> and <c>..</c>.</summary>
    public static unsafe List<byte[]> Entries(SafeHandle directory)
    {
        List<byte[]> names = [];
        byte[] buffer = new byte[32768];
        fixed (byte* start = buffer)
        {
            while (true)
            {
                nint got = Libc.Syscall(SyscallNumber.Getdents64, Files.Number(directory), (nint)start, buffer.Length);
                if (got < 0)
                {
                    throw LinuxException.Last("getdents64", null);
                }

                if (got == 0)
                {
                    return names;
                }

                for (int at = 0; at < got;)
                {
                    int length = *(ushort*)(start + at + 16);
                    ReadOnlySpan<byte> name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(start + at + 19);
                    if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
                    {
                        names.Add([.. name, 0]);
                    }

                    at += length;
                }
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true)]
    private static unsafe partial int UnlinkAt(int directory, byte* path, int flags);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    private static unsafe partial int OpenAt(int directory, byte* path, int flags, uint mode);
}
