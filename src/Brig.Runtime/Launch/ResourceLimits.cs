using System.Runtime.InteropServices;
using Brig.Linux;

namespace Brig.Runtime.Launch;

/// <summary>The resources of setrlimit(2) by their names (asm-generic/resource.h).</summary>
public static partial class ResourceLimits
{
    private static readonly string[] s_names =
    [
        "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_DATA", "RLIMIT_STACK", "RLIMIT_CORE", "RLIMIT_RSS", "RLIMIT_NPROC", "RLIMIT_NOFILE",
        "RLIMIT_MEMLOCK", "RLIMIT_AS", "RLIMIT_LOCKS", "RLIMIT_SIGPENDING", "RLIMIT_MSGQUEUE", "RLIMIT_NICE", "RLIMIT_RTPRIO", "RLIMIT_RTTIME",
    ];

    internal static int Number(string name) => Array.IndexOf(s_names, name) is >= 0 and int number
        ? number
        : throw BrigException.Invalid($"process.rlimits: unknown limit \"{Oci.Text.Quote(name)}\"");

    /// <summary>This process's own hard limit: without CAP_SYS_RESOURCE nobody gets a higher one.</summary>
    public static unsafe ulong Hard(string name)
    {
        ulong* limit = stackalloc ulong[2];
        return GetLimit(Number(name), limit) < 0 ? throw LinuxException.Last("getrlimit", name) : limit[1];
    }

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    private static unsafe partial int GetLimit(int resource, ulong* limit);
}
