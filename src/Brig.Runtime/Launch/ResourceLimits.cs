using System.Runtime.InteropServices;
using Brig.Linux;
using Brig.Oci.Runtime;

namespace Brig.Runtime.Launch;

/// <summary>The resources of setrlimit(2) by their names (asm-generic/resource.h).</summary>
public static partial class ResourceLimits
{
    private static readonly string[] s_names =
    [
        "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_DATA", "RLIMIT_STACK", "RLIMIT_CORE", "RLIMIT_RSS", "RLIMIT_NPROC", "RLIMIT_NOFILE",
        "RLIMIT_MEMLOCK", "RLIMIT_AS", "RLIMIT_LOCKS", "RLIMIT_SIGPENDING", "RLIMIT_MSGQUEUE", "RLIMIT_NICE", "RLIMIT_RTPRIO", "RLIMIT_RTTIME",
    ];

    /// <summary>The steps that set a process's limits. A type that is given twice is refused (runtime-spec config.md#posix-process).</summary>
    internal static void Add(List<LaunchStep> steps, IReadOnlyList<RlimitSpec>? limits)
    {
        foreach (RlimitSpec limit in limits ?? [])
        {
            if (limits!.Count(other => other.Type == limit.Type) > 1)
            {
                throw BrigException.Invalid($"process.rlimits: {Oci.Text.Quote(limit.Type)} is given twice");
            }

            steps.Add(new("setrlimit " + limit.Type, null, SyscallNumber.Prlimit64, [0, Number(limit.Type), LaunchArgument.Of((limit.Soft, limit.Hard)), 0]));
        }
    }

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
