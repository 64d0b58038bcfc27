using System.Runtime.InteropServices;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Seccomp;

/// <summary>
/// The descriptor by which decisions on a process's system calls are asked for (man 2 seccomp_unotify). The process that loads the filter
/// gets it; it is fetched from there by looking, since a filter may stop any call by which the process could hand it over.
/// </summary>
internal static class SeccompListener
{
    /// <summary>Waits until the process has one, and gives a copy; null where the process ended first.</summary>
    internal static SafeFileHandle? Await(int pid, SafeHandle process)
    {
        while (ProcessIdentity.TryOf(pid) is not null)
        {
            if (Find(pid) is int number && Processes.TryFetch(process, number) is { } listener)
            {
                return listener;
            }

            Thread.Sleep(1);
        }

        return null;
    }

    private static int? Find(int pid)
    {
        using SafeFileHandle? folder = Files.TryOpenAt(null, $"/proc/{pid}/fd", OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, 0, out _);
        if (folder is null)
        {
            return null;
        }

        foreach (byte[] entry in Trees.Entries(folder))
        {
            string name = System.Text.Encoding.ASCII.GetString(entry.AsSpan(0, entry.Length - 1));
            try
            {
                if (Files.ReadLink(folder, name) == "anon_inode:seccomp notify")
                {
                    return int.Parse(name);
                }
            }
            catch (LinuxException error) when (error.Errno == Errno.ENOENT)
            {
                // Closed meanwhile.
            }
        }

        return null;
    }
}
