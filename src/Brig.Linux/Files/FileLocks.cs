using System.Runtime.InteropServices;

namespace Brig.Linux;

/// <summary>Locks that several may hold (man 2 flock).</summary>
public static class FileLocks
{
    /// <summary>Waits for a lock that others may share, and that keeps <see cref="Files.TryLock"/> from succeeding.</summary>
    public static void LockShared(SafeHandle file)
    {
        const int LOCK_SH = 1;
        while (Libc.Flock(file, LOCK_SH) < 0)
        {
            if ((Errno)Marshal.GetLastPInvokeError() != Errno.EINTR)
            {
                throw LinuxException.Last("flock", null);
            }
        }
    }
}
