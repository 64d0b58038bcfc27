using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Brig.Linux;

/// <summary>Pipes, close-on-exec from birth.</summary>
public static partial class Pipes
{
    public static unsafe (SafeFileHandle Read, SafeFileHandle Write) Create()
    {
        int* ends = stackalloc int[2];
        const int O_CLOEXEC = 0x80000;
        return Pipe2(ends, O_CLOEXEC) < 0
            ? throw LinuxException.Last("pipe", null)
            : (new SafeFileHandle(ends[0], ownsHandle: true), new SafeFileHandle(ends[1], ownsHandle: true));
    }

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    private static unsafe partial int Pipe2(int* ends, int flags);
}
