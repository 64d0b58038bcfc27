using System.Globalization;
using System.Text;
using Brig.Linux;
using Brig.Oci.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Verbs;

/// <summary>What callers of <c>create</c> and <c>exec</c> get of a new process, and what is set on it from outside.</summary>
internal static class ProcessHandover
{
    private const uint Readable = 0x1A4;

    internal static void SetOomScore(ProcessSpec process, int pid)
    {
        if (process.OomScoreAdj is int score)
        {
            Files.WriteValue($"/proc/{pid}/oom_score_adj", score.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Gives a descriptor of the process to whoever listens for it.</summary>
    internal static void GivePidFd(SafeFileHandle process, string? socket)
    {
        if (socket is not null)
        {
            UnixSockets.SendDescriptor(socket, process, "pidfd"u8);
        }
    }

    /// <summary>Gives the terminal's master to whoever listens for it, and writes the file with the process's ID.</summary>
    /// <returns>The master where nobody took it: the caller's.</returns>
    internal static SafeFileHandle? Give(SafeFileHandle? terminal, string? consoleSocket, int pid, string? pidFile)
    {
        if (terminal is not null && consoleSocket is not null)
        {
            using (terminal)
            {
                UnixSockets.SendDescriptor(consoleSocket, terminal, "/dev/ptmx"u8);
            }

            terminal = null;
        }

        if (pidFile is not null)
        {
            Files.Replace(pidFile, Encoding.ASCII.GetBytes(pid.ToString(CultureInfo.InvariantCulture)), Readable);
        }

        return terminal;
    }
}
