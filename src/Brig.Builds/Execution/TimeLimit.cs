using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Builds.Execution;

/// <summary>Takes from a new layer what only the clock of this machine put into it: no file of it is newer than a given time.</summary>
internal static class TimeLimit
{
    /// <summary>Sets the times of everything below the directory, and its own, that are later.</summary>
    /// <param name="directory">An upper directory that nobody uses any more.</param>
    /// <param name="newest">Nanoseconds since the epoch.</param>
    /// <param name="token">Ends the walk.</param>
    internal static void Apply(string directory, long newest, CancellationToken token)
    {
        using SafeFileHandle root = Files.Open(directory, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW);
        (long seconds, long nanoseconds) = Math.DivRem(newest, 1_000_000_000);
        Walk(root, seconds, (uint)nanoseconds, token);
        if (Files.Stat(root).ModifiedNanoseconds > newest)
        {
            RawFiles.SetTimes(root, seconds, (uint)nanoseconds);
        }
    }

    private static void Walk(SafeFileHandle directory, long seconds, uint nanoseconds, CancellationToken token)
    {
        foreach (byte[] name in Trees.Entries(directory))
        {
            token.ThrowIfCancellationRequested();
            if (RawFiles.Stat(directory, name, out RawStatus status) != Errno.None)
            {
                continue;
            }

            if (status.IsDirectory)
            {
                using SafeFileHandle? inner = RawFiles.TryOpen(directory, name, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW, 0, out Errno errno);
                if (inner is null)
                {
                    throw new LinuxException("open", System.Text.Encoding.UTF8.GetString(name.AsSpan(0, name.Length - 1)), errno);
                }

                Walk(inner, seconds, nanoseconds, token);
            }

            if (!status.IsWhiteout && (status.Seconds > seconds || (status.Seconds == seconds && status.Nanoseconds > nanoseconds)))
            {
                RawFiles.SetTimes(directory, name, seconds, nanoseconds);
            }
        }
    }
}
