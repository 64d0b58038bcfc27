using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Brig.Linux;

public static partial class Trees
{
    private const int PathBuffer = 4096;

    /// <summary>
    /// Copies what is in one directory, and its owner and mode, into another: files, directories, links, devices, with
    /// owners, modes, times and extended attributes. By descriptor; symbolic links are copied, never followed.
    /// </summary>
    public static void Copy(SafeFileHandle source, SafeFileHandle destination)
    {
        foreach (byte[] name in Entries(source))
        {
            CopyEntry(source, destination, System.Text.Encoding.UTF8.GetString(name.AsSpan(0, name.Length - 1)));
        }

        CopyAttributes(source, destination);
    }

    private static void CopyEntry(SafeFileHandle source, SafeFileHandle destination, string name)
    {
        FileStatus status = Files.TryStat(source, name) ?? throw new LinuxException("stat", name, Errno.ENOENT);
        switch (status.Type)
        {
            case FileType.Directory:
                Files.MakeDirectory(destination, name, 0x1C0);
                using (SafeFileHandle from = Files.OpenAt(source, name, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW))
                using (SafeFileHandle to = Files.OpenAt(destination, name, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW))
                {
                    Copy(from, to);
                }

                break;
            case FileType.Regular:
                using (SafeFileHandle from = Files.OpenAt(source, name, OpenFlags.O_RDONLY | OpenFlags.O_NOFOLLOW))
                using (SafeFileHandle to = Files.OpenAt(destination, name, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_NOFOLLOW, 0x180))
                {
                    CopyContent(from, to);
                    CopyAttributes(from, to);
                }

                break;
            case FileType.SymbolicLink:
                Files.Symlink(Files.ReadLink(source, name), destination, name);
                Files.ChangeOwner(destination, name, status.Uid, status.Gid);
                break;
            case FileType.Socket:
                break; // nobody listens on a copy
            default:
                Files.MakeNode(destination, name, status.Type, status.Permissions, status.RdevMajor, status.RdevMinor);
                Files.ChangeOwner(destination, name, status.Uid, status.Gid);
                break;
        }
    }

    private static void CopyContent(SafeFileHandle from, SafeFileHandle to)
    {
        byte[] buffer = new byte[128 << 10];
        while (Files.Read(from, buffer) is > 0 and int got)
        {
            Files.WriteAll(to, buffer.AsSpan(0, got));
        }
    }

    /// <summary>Owner first: a change of owner clears setuid bits and file capabilities.</summary>
    private static unsafe void CopyAttributes(SafeFileHandle from, SafeFileHandle to)
    {
        FileStatus status = Files.Stat(from);
        Files.ChangeOwner(to, status.Uid, status.Gid);
        Files.ChangeMode(to, status.Permissions);
        byte* names = stackalloc byte[PathBuffer];
        byte[] value = new byte[64 << 10];
        nint length = ListAttributes(Files.Number(from), names, PathBuffer);
        for (nint at = 0; at < length;)
        {
            ReadOnlySpan<byte> name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(names + at);
            fixed (byte* content = value)
            {
                nint size = name.StartsWith("trusted.overlay."u8) ? -1 : GetAttribute(Files.Number(from), names + at, content, (nuint)value.Length);
                if (size >= 0)
                {
                    _ = SetAttribute(Files.Number(to), names + at, content, (nuint)size, 0);
                }
            }

            at += name.Length + 1;
        }

        long* times = stackalloc long[4] { 0, 0x3FFFFFFE, Math.DivRem(status.ModifiedNanoseconds, 1_000_000_000, out long nanoseconds), nanoseconds }; // UTIME_OMIT
        if (SetTimes(Files.Number(to), times) < 0)
        {
            throw LinuxException.Last("futimens", null);
        }
    }

    [LibraryImport("libc", EntryPoint = "flistxattr", SetLastError = true)]
    private static unsafe partial nint ListAttributes(int file, byte* names, nuint size);

    [LibraryImport("libc", EntryPoint = "fgetxattr", SetLastError = true)]
    private static unsafe partial nint GetAttribute(int file, byte* name, byte* value, nuint size);

    [LibraryImport("libc", EntryPoint = "fsetxattr", SetLastError = true)]
    private static unsafe partial int SetAttribute(int file, byte* name, byte* value, nuint size, int flags);

    [LibraryImport("libc", EntryPoint = "futimens", SetLastError = true)]
    private static unsafe partial int SetTimes(int file, long* times);
}
