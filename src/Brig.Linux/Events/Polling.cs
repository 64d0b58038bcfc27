using System.Runtime.InteropServices;

namespace Brig.Linux;

/// <summary>Waiting for one descriptor (man 2 poll).</summary>
public static partial class Polling
{
    private const short POLLIN = 1;

    /// <summary>Returns once there is something to read, the end counting as that.</summary>
    public static unsafe void AwaitInput(SafeHandle file)
    {
        PollEntry entry = new() { File = Files.Number(file), Events = POLLIN };
        while (Poll(&entry, 1, -1) < 0)
        {
            if ((Errno)Marshal.GetLastPInvokeError() != Errno.EINTR)
            {
                throw LinuxException.Last("poll", null);
            }
        }
    }

    /// <summary>Whether there is something to read now.</summary>
    public static unsafe bool HasInput(SafeHandle file)
    {
        PollEntry entry = new() { File = Files.Number(file), Events = POLLIN };
        return Poll(&entry, 1, 0) > 0 && (entry.Returned & POLLIN) != 0;
    }

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static unsafe partial int Poll(PollEntry* entries, ulong count, int timeout);

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        internal int File;
        internal short Events;
        internal short Returned;
    }
}
