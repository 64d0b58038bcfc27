namespace Brig.Runtime.Launch;

/// <summary>Files of /proc that tools such as lxcfs may show a container in a version of their own; nothing else of /proc may be covered.</summary>
internal static class ProcPlaces
{
    private static readonly string[] s_files =
    [
        "/proc/cpuinfo", "/proc/diskstats", "/proc/meminfo", "/proc/stat", "/proc/swaps", "/proc/uptime", "/proc/loadavg", "/proc/slabinfo",
        "/proc/net/dev", "/proc/sys/kernel/ns_last_pid", "/proc/sys/crypto/fips_enabled",
    ];

    internal static bool MayBeCovered(string path) => s_files.Contains(path);
}
