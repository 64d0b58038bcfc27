using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Brig.Linux;

/// <summary>Files that have no name until they are whole (man 2 open, O_TMPFILE): the kernel takes an unfinished one back with its last descriptor.</summary>
public static class UnnamedFiles
{
    private const OpenFlags O_TMPFILE = (OpenFlags)0x400000 | OpenFlags.O_DIRECTORY;

    /// <summary>A new empty file, open for reading and writing, on the file system of <paramref name="directory"/>.</summary>
    public static SafeFileHandle Create(string directory, uint mode = 0x180) => Files.Open(directory, O_TMPFILE | OpenFlags.O_RDWR, mode);

    /// <summary>Gives the file a name; false where the name is taken.</summary>
    public static bool Link(SafeHandle file, string path)
    {
        const int AT_SYMLINK_FOLLOW = 0x400;

        // AT_EMPTY_PATH would need CAP_DAC_READ_SEARCH.
        return Libc.LinkAt(Libc.AT_FDCWD, $"/proc/self/fd/{Files.Number(file)}", Libc.AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0
            || ((Errno)Marshal.GetLastPInvokeError() == Errno.EEXIST ? false : throw LinuxException.Last("link", path));
    }
}
