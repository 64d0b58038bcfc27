using System.Runtime.InteropServices;

namespace Brig.Linux;

/// <summary>What is done to inodes rather than to bytes: further names, times, special files.</summary>
public static partial class Inodes
{
    /// <summary>Gives the file behind a descriptor, O_PATH ones too, a further name.</summary>
    public static void Link(SafeHandle file, SafeHandle? directory, string path)
    {
        const int AT_SYMLINK_FOLLOW = 0x400;

        // AT_EMPTY_PATH would need CAP_DAC_READ_SEARCH (man 2 linkat).
        if (Libc.LinkAt(Libc.AT_FDCWD, $"/proc/self/fd/{Files.Number(file)}", Files.Number(directory), path, AT_SYMLINK_FOLLOW) < 0)
        {
            throw LinuxException.Last("link", path);
        }
    }

    /// <summary>Makes a FIFO or a device; the mode has the type in it.</summary>
    public static void MakeNode(SafeHandle? directory, string path, uint mode, uint major, uint minor)
    {
        // The kernel's own packing of a device number (man 3 makedev).
        ulong device = ((ulong)(major & 0xfffff000) << 32) | ((major & 0xfff) << 8) | ((ulong)(minor & 0xffffff00) << 12) | (minor & 0xff);
        if (Libc.MknodAt(Files.Number(directory), path, mode, device) < 0)
        {
            throw LinuxException.Last("mknod", path);
        }
    }

    /// <summary>Sets the permission bits of what a descriptor refers to, O_PATH ones too.</summary>
    public static void ChangeMode(SafeHandle file, uint mode)
    {
        if (FchmodAt(Libc.AT_FDCWD, $"/proc/self/fd/{Files.Number(file)}", mode, 0) < 0)
        {
            throw LinuxException.Last("chmod", null);
        }
    }

    /// <summary>Sets the modification time (nanoseconds since the epoch) of a path itself, links not followed; the access time stays.</summary>
    public static unsafe void SetModified(SafeHandle? directory, string path, long nanoseconds)
    {
        const long UTIME_OMIT = (1 << 30) - 2;
        (long seconds, long rest) = Math.DivRem(nanoseconds, 1_000_000_000);
        if (rest < 0)
        {
            (seconds, rest) = (seconds - 1, rest + 1_000_000_000);
        }

        long* times = stackalloc long[] { 0, UTIME_OMIT, seconds, rest };
        if (UtimensAt(Files.Number(directory), path, times, Libc.AT_SYMLINK_NOFOLLOW) < 0)
        {
            throw LinuxException.Last("utimensat", path);
        }
    }

    [LibraryImport("libc", EntryPoint = "fchmodat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int FchmodAt(int directory, string path, uint mode, int flags);

    [LibraryImport("libc", EntryPoint = "utimensat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int UtimensAt(int directory, string path, long* times, int flags);
}
