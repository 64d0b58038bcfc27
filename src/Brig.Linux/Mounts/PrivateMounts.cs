using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Brig.Linux;

/// <summary>A mount namespace of one thread's own, in which mounts can be put over one another unseen. It ends with the thread.</summary>
public static class PrivateMounts
{
    private const uint MS_PRIVATE = 1 << 18;

    /// <summary>
    /// Does the work on a new thread with a mount namespace of its own (man 2 unshare: CLONE_NEWNS unshares the thread's root and working
    /// directory too, which is allowed beside other threads), and waits for it. What it throws is thrown here.
    /// </summary>
    public static void Run(Action work)
    {
        System.Runtime.ExceptionServices.ExceptionDispatchInfo? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                Enter();
                work();
            }
            catch (Exception error)
            {
                // Whatever it is, it is thrown again by the thread that waits; here it would end the process.
                failure = System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(error);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
    }

    /// <summary>Puts a detached mount over a file or directory. For the work of <see cref="Run"/> and after <see cref="Enter"/> alone: elsewhere all would see it.</summary>
    public static unsafe void Attach(SafeHandle mount, SafeHandle target)
    {
        const int MOVE_MOUNT_F_EMPTY_PATH = 0x04, MOVE_MOUNT_T_EMPTY_PATH = 0x40;
        byte empty = 0;
        if (Libc.Syscall(SyscallNumber.MoveMount, Files.Number(mount), (nint)(&empty), Files.Number(target), (nint)(&empty), MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0)
        {
            throw LinuxException.Last("move_mount", null);
        }
    }

    /// <summary>Gives this thread, and where it is the only one this program, a mount namespace of its own for good.</summary>
    public static void Enter()
    {
        if (Libc.Syscall(SyscallNumber.Unshare, (nint)NamespaceFlags.CLONE_NEWNS) < 0)
        {
            throw LinuxException.Last("unshare", "mount namespace");
        }

        // Else what is mounted here would be mounted where the machine's mounts are shared with.
        using SafeFileHandle root = Files.Open("/", OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
        Mounts.SetAttributes(root, MountAttributes.None, MountAttributes.None, MS_PRIVATE, recursive: true);
    }
}
