namespace Brig.Linux;

/// <summary>A umask of one thread's own, so that modes count as they are given and no other thread's files change.</summary>
public static class ThreadUmask
{
    /// <summary>
    /// Parts the calling thread's umask and working directory from the rest of the process (man 2 unshare, CLONE_FS; needs no privilege)
    /// and sets the umask to 0. There is no way back: only for a thread that ends with its task.
    /// </summary>
    public static void Clear()
    {
        const int CLONE_FS = 0x200;
        if (Libc.Syscall(SyscallNumber.Unshare, CLONE_FS) < 0)
        {
            throw LinuxException.Last("unshare", null);
        }

        _ = Libc.Umask(0);
    }
}
