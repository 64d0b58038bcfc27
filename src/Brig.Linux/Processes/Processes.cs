using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Brig.Linux;

/// <summary>Starting, signalling and waiting for processes, through descriptors where the kernel has them.</summary>
public static partial class Processes
{
    /// <summary>
    /// Starts a program in a session of its own, safe in a process with any threads (posix_spawn(3)). The descriptors given
    /// become the child's 0, 1, 2, …; no other is passed on.
    /// </summary>
    /// <returns>The child's process ID, to be waited for by whoever stays.</returns>
    public static unsafe int Spawn(string program, IReadOnlyList<string> arguments, IReadOnlyList<string> environment, IReadOnlyList<SafeFileHandle> descriptors)
    {
        const short POSIX_SPAWN_SETSIGMASK = 0x08, POSIX_SPAWN_SETSID = 0x80;
        byte* actions = stackalloc byte[256];    // posix_spawn_file_actions_t is 80 bytes in glibc
        byte* attributes = stackalloc byte[512]; // posix_spawnattr_t is 336 bytes in glibc
        byte* mask = stackalloc byte[128];
        new Span<byte>(mask, 128).Clear();
        _ = ActionsInit(actions);
        _ = AttributesInit(attributes);
        nint[] argv = Strings(arguments), envp = Strings(environment);
        List<SafeFileHandle> copies = [];
        try
        {
            _ = AttributesSetFlags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID);
            _ = AttributesSetSigmask(attributes, mask);
            for (int i = 0; i < descriptors.Count; i++)
            {
                // From numbers above all targets, so that no dup2 lands on a later one's source.
                copies.Add(DuplicateAbove(descriptors[i], 64));
                _ = ActionsAddDup2(actions, Files.Number(copies[i]), i);
            }

            // Descriptors that others opened without O_CLOEXEC, and those that this process was started with.
            _ = ActionsAddCloseFrom(actions, descriptors.Count);

            int pid;
            int error;
            fixed (nint* argvStart = argv, envpStart = envp)
            {
                error = PosixSpawn(&pid, program, actions, attributes, argvStart, envpStart);
            }

            return error == 0 ? pid : throw new LinuxException("spawn", program, (Errno)error);
        }
        finally
        {
            copies.ForEach(copy => copy.Dispose());
            Free(argv);
            Free(envp);
            _ = ActionsDestroy(actions);
            _ = AttributesDestroy(attributes);
        }
    }

    /// <summary>Becomes another program, with this one's environment and its descriptors that are not close-on-exec. Returns only by an error.</summary>
    public static unsafe void Execute(string program, IReadOnlyList<string> arguments)
    {
        nint[] path = Strings([program]), argv = Strings(arguments);
        nint[] envp = Strings([.. Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>().Select(pair => $"{pair.Key}={pair.Value}")]);
        fixed (nint* argvStart = argv, envpStart = envp)
        {
            _ = Libc.Syscall(SyscallNumber.Execve, path[0], (nint)argvStart, (nint)envpStart);
        }

        LinuxException error = LinuxException.Last("execve", program);
        Free(path);
        Free(argv);
        Free(envp);
        throw error;
    }

    /// <summary>A descriptor of a process; null where it is gone.</summary>
    public static SafeFileHandle? TryOpen(int pid)
    {
        nint file = Libc.Syscall(SyscallNumber.PidfdOpen, pid, 0);
        return file >= 0 ? new SafeFileHandle(file, ownsHandle: true)
            : (Errno)Marshal.GetLastPInvokeError() == Errno.ESRCH ? null
            : throw LinuxException.Last("pidfd_open", null);
    }

    /// <summary>A copy of a descriptor of another process (man 2 pidfd_getfd); null where it has none of that number.</summary>
    public static SafeFileHandle? TryFetch(SafeHandle process, int number)
    {
        nint file = Libc.Syscall(SyscallNumber.PidfdGetfd, Files.Number(process), number, 0);
        return file >= 0 ? new SafeFileHandle(file, ownsHandle: true)
            : (Errno)Marshal.GetLastPInvokeError() is Errno.EBADF or Errno.ESRCH ? null
            : throw LinuxException.Last("pidfd_getfd", null);
    }

    /// <summary>Sends a signal; false where the process has ended.</summary>
    public static bool Signal(SafeHandle process, int signal) =>
        Libc.Syscall(SyscallNumber.PidfdSendSignal, Files.Number(process), signal, 0, 0) == 0
        || ((Errno)Marshal.GetLastPInvokeError() == Errno.ESRCH ? false : throw LinuxException.Last("kill", null));

    /// <summary>Takes the exit of a child that has ended: its code, or 128 and the signal's number. Null while it runs.</summary>
    public static unsafe int? TryReap(int pid)
    {
        const int WNOHANG = 1;
        int status;
        int result = WaitPid(pid, &status, WNOHANG);
        return result < 0 ? throw LinuxException.Last("wait", null) : result == 0 ? null
            : (status & 0x7F) == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F);
    }

    /// <summary>Waits until a process has ended, a child or not.</summary>
    public static void AwaitEnd(SafeHandle process) => Polling.AwaitInput(process);

    /// <summary>Orphans below this process become its children (man 2 PR_SET_CHILD_SUBREAPER).</summary>
    public static void BecomeSubreaper()
    {
        const int PR_SET_CHILD_SUBREAPER = 36;
        if (Libc.Syscall(SyscallNumber.Prctl, PR_SET_CHILD_SUBREAPER, 1) < 0)
        {
            throw LinuxException.Last("prctl", null);
        }
    }

    /// <summary>This process's own effective user ID.</summary>
    public static uint UserId => GetEffectiveUser();

    public static uint GroupId => GetEffectiveGroup();

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUser();

    [LibraryImport("libc", EntryPoint = "getegid")]
    private static partial uint GetEffectiveGroup();

    /// <summary>Waits for the end of a child and takes its exit: its code, or 128 and the signal's number.</summary>
    public static unsafe int Wait(int pid)
    {
        int status;
        int result;
        do
        {
            result = WaitPid(pid, &status, 0);
        }
        while (result < 0 && (Errno)Marshal.GetLastPInvokeError() == Errno.EINTR);
        return result < 0 ? throw LinuxException.Last("wait", null)
            : (status & 0x7F) == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F);
    }

    private static SafeFileHandle DuplicateAbove(SafeFileHandle file, int least)
    {
        const int F_DUPFD_CLOEXEC = 1030;
        int copy = Libc.Fcntl(Files.Number(file), F_DUPFD_CLOEXEC, least);
        return copy < 0 ? throw LinuxException.Last("dup", null) : new SafeFileHandle(copy, ownsHandle: true);
    }

    private static nint[] Strings(IReadOnlyList<string> strings)
    {
        nint[] pointers = new nint[strings.Count + 1];
        for (int i = 0; i < strings.Count; i++)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(strings[i]);
            pointers[i] = Marshal.AllocHGlobal(bytes.Length + 1);
            Marshal.Copy(bytes, 0, pointers[i], bytes.Length);
            Marshal.WriteByte(pointers[i], bytes.Length, 0);
        }

        return pointers;
    }

    private static void Free(nint[] pointers)
    {
        foreach (nint pointer in pointers)
        {
            Marshal.FreeHGlobal(pointer);
        }
    }

    [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int PosixSpawn(int* pid, string program, byte* actions, byte* attributes, nint* arguments, nint* environment);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static unsafe partial int ActionsInit(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static unsafe partial int ActionsAddDup2(byte* actions, int file, int target);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addclosefrom_np")]
    private static unsafe partial int ActionsAddCloseFrom(byte* actions, int first);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static unsafe partial int ActionsDestroy(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static unsafe partial int AttributesInit(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    private static unsafe partial int AttributesSetFlags(byte* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    private static unsafe partial int AttributesSetSigmask(byte* attributes, byte* mask);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    private static unsafe partial int AttributesDestroy(byte* attributes);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    private static unsafe partial int WaitPid(int pid, int* status, int options);
}
