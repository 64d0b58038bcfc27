using System.Runtime.InteropServices;
using Brig.Linux;

namespace Brig.Runtime.Launch;

/// <summary>
/// The only clone in Brig, and the code that runs between it and execve.
/// <para>
/// The child is a fork of one thread of a .NET process: there is no collector, no other thread and no lock to be had.
/// It must not allocate, throw, take a lock, touch a static or call anything but syscall(2).
/// The parent must have one managed thread, or a collection that was starting at the moment of the clone
/// hangs the child for ever at its first return from native code (measured).
/// </para>
/// </summary>
internal static unsafe partial class CloneChild
{
    private const int SIGCHLD = 17;
    private const int ExitCode = 127;

    /// <summary>Clones; the child walks the plan and reports a failure as two ints, step and errno, on <paramref name="report"/>.</summary>
    /// <returns>The child's process ID and its pidfd.</returns>
    internal static (int Pid, int PidFd) Start(NativePlan plan, int report, NamespaceFlags namespaces, int cgroup, bool sibling)
    {
        const ulong CLONE_PIDFD = 0x1000, CLONE_PARENT = 0x8000, CLONE_INTO_CGROUP = 0x200000000;
        var syscall = (delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, nint, nint, nint, nint, nint, nint, nint>)
            NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), "syscall");
        int* errno = ErrnoLocation();
        int pidfd = -1;
        CloneArguments arguments = new()
        {
            Flags = (ulong)namespaces | CLONE_PIDFD | (cgroup >= 0 ? CLONE_INTO_CGROUP : 0) | (sibling ? CLONE_PARENT : 0),
            PidFd = (ulong)&pidfd,
            ExitSignal = sibling ? 0UL : SIGCHLD, // a sibling has that of its maker
            Cgroup = cgroup >= 0 ? (ulong)cgroup : 0,
        };
        ChildNumbers numbers = new()
        {
            Read = SyscallNumber.Read,
            Write = SyscallNumber.Write,
            SigAction = SyscallNumber.RtSigaction,
            SigMask = SyscallNumber.RtSigprocmask,
            Exit = SyscallNumber.ExitGroup,
        };
        nint* slots = stackalloc nint[NativePlan.SlotCount];
        NativeStep* steps = plan.Steps;
        int count = plan.Count;

        // A handler of the runtime must not run in the child: every signal waits until its dispositions are reset.
        ulong all = ulong.MaxValue, before = 0;
        const int SIG_SETMASK = 2;
        syscall(numbers.SigMask, SIG_SETMASK, (nint)(&all), (nint)(&before), sizeof(ulong), 0, 0);
        nint pid = syscall(SyscallNumber.Clone3, (nint)(&arguments), sizeof(CloneArguments), 0, 0, 0, 0);
        if (pid == 0)
        {
            Walk(syscall, errno, &numbers, steps, count, slots, report);
        }

        int failure = pid < 0 ? *errno : 0;
        syscall(numbers.SigMask, SIG_SETMASK, (nint)(&before), 0, sizeof(ulong), 0, 0);
        return pid < 0 ? throw new LinuxException("clone", null, (Errno)failure) : ((int)pid, pidfd);
    }

    private static void Walk(
        delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, nint, nint, nint, nint, nint, nint, nint> syscall,
        int* errno, ChildNumbers* numbers, NativeStep* steps, int count, nint* slots, int report)
    {
        nint* a = stackalloc nint[6];
        int* answer = stackalloc int[2];
        int remembered = 0;
        int at = 0;
        while (at < count)
        {
            NativeStep* step = steps + at;
            nint result = 0;
            if (step->Number == LaunchStep.Await)
            {
                byte go = 0;
                do
                {
                    result = syscall(numbers->Read, (nint)step->Arguments[0], (nint)(&go), 1, 0, 0, 0);
                }
                while (result < 0 && *errno == (int)Errno.EINTR);
                if (result == 0)
                {
                    syscall(numbers->Exit, ExitCode, 0, 0, 0, 0, 0);
                }
            }
            else if (step->Number == LaunchStep.ResetSignals)
            {
                KernelSigaction reset = default;
                for (int signal = 1; signal <= 64; signal++)
                {
                    syscall(numbers->SigAction, signal, (nint)(&reset), 0, sizeof(ulong), 0, 0);
                }
            }
            else
            {
                for (int i = 0; i < 6; i++)
                {
                    a[i] = (step->SlotArguments & (1 << i)) != 0 ? slots[step->Arguments[i]] : (nint)step->Arguments[i];
                }

                do
                {
                    result = syscall(step->Number, a[0], a[1], a[2], a[3], a[4], a[5]);
                }
                while (result == -1 && (*errno == (int)Errno.EINTR || (*errno == (int)Errno.EAGAIN && step->Number == SyscallNumber.Openat2)));
            }

            if (result == -1)
            {
                int reason = *errno;
                bool tolerated = false;
                for (int i = 0; i < 4; i++)
                {
                    tolerated |= step->Tolerated[i] == reason;
                }

                if (!tolerated)
                {
                    // What a search of PATH found but could not run explains more than that the rest is not there.
                    answer[0] = at;
                    answer[1] = remembered != 0 && reason == (int)Errno.ENOENT ? remembered : reason;
                    syscall(numbers->Write, report, (nint)answer, 2 * sizeof(int), 0, 0, 0);
                    syscall(numbers->Exit, ExitCode, 0, 0, 0, 0, 0);
                }

                if (step->Remember != 0 && reason != (int)Errno.ENOENT)
                {
                    remembered = reason;
                }

                at += 1 + step->Otherwise;
                continue;
            }

            if (step->Slot >= 0)
            {
                slots[step->Slot] = result;
            }

            at += 1 + step->Then;
        }

        syscall(numbers->Exit, ExitCode, 0, 0, 0, 0, 0);
    }

    [LibraryImport("libc", EntryPoint = "__errno_location")]
    private static partial int* ErrnoLocation();

    /// <summary>Numbers that the child needs beside the plan's, read from their statics before the clone.</summary>
    private struct ChildNumbers
    {
        internal int Read;
        internal int Write;
        internal int SigAction;
        internal int SigMask;
        internal int Exit;
    }

    /// <summary>struct clone_args (man 2 clone3).</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct CloneArguments
    {
        internal ulong Flags;
        internal ulong PidFd;
        internal ulong ChildTid;
        internal ulong ParentTid;
        internal ulong ExitSignal;
        internal ulong Stack;
        internal ulong StackSize;
        internal ulong Tls;
        internal ulong SetTid;
        internal ulong SetTidSize;
        internal ulong Cgroup;
    }

    /// <summary>The kernel's struct sigaction; all zero is SIG_DFL.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct KernelSigaction
    {
        internal nint Handler;
        internal ulong Flags;
        internal nint Restorer;
        internal ulong Mask;
    }
}
