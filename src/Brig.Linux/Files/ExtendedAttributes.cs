using System.Runtime.InteropServices;
using System.Text;

namespace Brig.Linux;

/// <summary>Extended attributes (man 7 xattr). Names are bytes with a closing NUL.</summary>
public static partial class ExtendedAttributes
{
    public static unsafe Errno Set(SafeHandle file, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        fixed (byte* key = name, data = value)
        {
            return Result(Fsetxattr(Files.Number(file), key, data, (nuint)value.Length, 0));
        }
    }

    /// <summary>Sets an attribute of what cannot be opened: a symbolic link itself, a device, a FIFO.</summary>
    public static unsafe Errno Set(SafeHandle directory, ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        fixed (byte* where = Through(directory, path), key = name, data = value)
        {
            return Result(Lsetxattr(where, key, data, (nuint)value.Length, 0));
        }
    }

    /// <summary>The names of a file's attributes, each with its NUL; none where the file system has no attributes.</summary>
    public static unsafe List<byte[]> List(SafeHandle file)
    {
        int number = Files.Number(file);
        return Names((buffer, size) => Flistxattr(number, (byte*)buffer, size));
    }

    /// <inheritdoc cref="List(SafeHandle)"/>
    public static unsafe List<byte[]> List(SafeHandle directory, ReadOnlySpan<byte> path)
    {
        byte[] where = Through(directory, path);
        return Names((buffer, size) =>
        {
            fixed (byte* start = where)
            {
                return Llistxattr(start, (byte*)buffer, size);
            }
        });
    }

    /// <summary>Null where there is no such attribute.</summary>
    public static unsafe byte[]? Get(SafeHandle file, byte[] name)
    {
        int number = Files.Number(file);
        return Value((buffer, size) =>
        {
            fixed (byte* key = name)
            {
                return Fgetxattr(number, key, (byte*)buffer, size);
            }
        });
    }

    /// <inheritdoc cref="Get(SafeHandle, byte[])"/>
    public static unsafe byte[]? Get(SafeHandle directory, ReadOnlySpan<byte> path, byte[] name)
    {
        byte[] where = Through(directory, path);
        return Value((buffer, size) =>
        {
            fixed (byte* start = where, key = name)
            {
                return Lgetxattr(start, key, (byte*)buffer, size);
            }
        });
    }

    private static List<byte[]> Names(Func<nint, nuint, nint> call)
    {
        List<byte[]> names = [];
        ReadOnlySpan<byte> rest = Value(call) ?? [];
        while (rest.IndexOf((byte)0) is >= 0 and int end)
        {
            names.Add(rest[..(end + 1)].ToArray());
            rest = rest[(end + 1)..];
        }

        return names;
    }

    private static unsafe byte[]? Value(Func<nint, nuint, nint> call)
    {
        // Most inodes have none or little; the kernel's bound for both a list and a value is 64 KiB (XATTR_SIZE_MAX).
        const int small = 256, large = 65536;
        byte* first = stackalloc byte[small];
        nint got = call((nint)first, small);
        if (got >= 0)
        {
            return new ReadOnlySpan<byte>(first, (int)got).ToArray();
        }

        if (Result(got) == Errno.ERANGE)
        {
            byte[] buffer = new byte[large];
            fixed (byte* start = buffer)
            {
                got = call((nint)start, large);
                if (got >= 0)
                {
                    return buffer[..(int)got];
                }
            }
        }

        return Result(got) is Errno.ENODATA or Errno.EOPNOTSUPP ? null : throw LinuxException.Last("read extended attributes", null);
    }

    /// <summary>The l…xattr calls know no directory descriptor; the kernel's link to one in /proc leads there without a name in between.</summary>
    private static byte[] Through(SafeHandle directory, ReadOnlySpan<byte> path) =>
        [.. Encoding.ASCII.GetBytes($"/proc/self/fd/{Files.Number(directory)}/"), .. path];

    private static Errno Result(nint result) => result < 0 ? (Errno)Marshal.GetLastPInvokeError() : Errno.None;

    [LibraryImport("libc", EntryPoint = "fsetxattr", SetLastError = true)]
    private static unsafe partial int Fsetxattr(int file, byte* name, byte* value, nuint size, int flags);

    [LibraryImport("libc", EntryPoint = "lsetxattr", SetLastError = true)]
    private static unsafe partial int Lsetxattr(byte* path, byte* name, byte* value, nuint size, int flags);

    [LibraryImport("libc", EntryPoint = "flistxattr", SetLastError = true)]
    private static unsafe partial nint Flistxattr(int file, byte* list, nuint size);

    [LibraryImport("libc", EntryPoint = "llistxattr", SetLastError = true)]
    private static unsafe partial nint Llistxattr(byte* path, byte* list, nuint size);

    [LibraryImport("libc", EntryPoint = "fgetxattr", SetLastError = true)]
    private static unsafe partial nint Fgetxattr(int file, byte* name, byte* value, nuint size);

    [LibraryImport("libc", EntryPoint = "lgetxattr", SetLastError = true)]
    private static unsafe partial nint Lgetxattr(byte* path, byte* name, byte* value, nuint size);
}
