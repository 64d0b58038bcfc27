using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Brig.Linux;

/// <summary>
/// The file of the running program, kept from what it starts: root in a container finds it as /proc/PID/exe, of a process that joins or
/// because its image says to execute /proc/self/exe, and could write to it (CVE-2019-5736).
/// </summary>
public static class OwnProgram
{
    private const string Link = "/proc/self/exe";

    /// <summary>
    /// A copy of the mount that holds the program, in no mount table and read-only: executed from there, it cannot be written to.
    /// Null where that changes nothing or cannot be: it is read-only already, or this process is no root that may mount, and then
    /// neither are its children.
    /// </summary>
    public static SafeFileHandle? TryOpenReadOnly()
    {
        const int CAP_SYS_ADMIN = 21;
        if (Processes.UserId != 0 || (Capabilities.PermittedMask() & (1UL << CAP_SYS_ADMIN)) == 0 || IsReadOnly())
        {
            return null;
        }

        SafeFileHandle tree = Mounts.OpenTree(null, Link, recursive: false);
        try
        {
            Mounts.SetAttributes(tree, MountAttributes.MOUNT_ATTR_RDONLY, MountAttributes.None, 0, recursive: false);
            return tree;
        }
        catch
        {
            tree.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Executes this program again from a read-only mount unless it was started so; must come before anything that a second start
    /// would undo. Returns only where nothing had to be done.
    /// </summary>
    public static unsafe void RunReadOnly()
    {
        using SafeFileHandle? tree = TryOpenReadOnly();
        if (tree is null)
        {
            return;
        }

        // As the caller gave them: words need not be UTF-8, and a variable may be there twice.
        byte[] words = Read("/proc/self/cmdline"), variables = Read("/proc/self/environ");
        byte empty = 0;
        fixed (byte* wordsStart = words, variablesStart = variables)
        fixed (nint* arguments = Pointers(words, (nint)wordsStart), environment = Pointers(variables, (nint)variablesStart))
        {
            _ = Libc.Syscall(SyscallNumber.Execveat, Files.Number(tree), (nint)(&empty), (nint)arguments, (nint)environment, Libc.AT_EMPTY_PATH);
        }

        throw LinuxException.Last("execveat", Link);
    }

    /// <summary>Closes what the caller of this program left open from a number on; what this process opened itself is close-on-exec and stays.</summary>
    public static void CloseInherited(int from)
    {
        const int F_GETFD = 1;
        foreach (string entry in Directory.GetFileSystemEntries("/proc/self/fd"))
        {
            if (int.TryParse(Path.GetFileName(entry), out int number) && number >= from && Libc.Syscall(SyscallNumber.Fcntl, number, F_GETFD) == 0)
            {
                _ = Libc.Syscall(SyscallNumber.Close, number);
            }
        }
    }

    private static byte[] Read(string path)
    {
        const int Limit = 64 << 20;
        using SafeFileHandle file = Files.Open(path, OpenFlags.O_RDONLY);
        byte[] content = Files.ReadAll(file, Limit);
        return content is [.., not 0] ? [.. content, 0] : content;
    }

    private static unsafe bool IsReadOnly()
    {
        // struct statfs of the 64-bit architectures: f_flags is its eleventh word.
        const int Words = 15, Flags = 10;
        const nint ST_RDONLY = 1;
        nint* status = stackalloc nint[Words];
        byte[] name = [.. Encoding.UTF8.GetBytes(Link), 0];
        fixed (byte* start = name)
        {
            return Libc.Syscall(SyscallNumber.Statfs, (nint)start, (nint)status) < 0 ? throw LinuxException.Last("statfs", Link) : (status[Flags] & ST_RDONLY) != 0;
        }
    }

    /// <summary>Where each zero-terminated text begins, and a zero at the end.</summary>
    private static nint[] Pointers(byte[] texts, nint start)
    {
        List<nint> pointers = [];
        for (int at = 0; at < texts.Length; at = Array.IndexOf(texts, (byte)0, at) + 1)
        {
            pointers.Add(start + at);
        }

        return [.. pointers, 0];
    }
}
