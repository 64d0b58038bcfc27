using System.Globalization;
using Brig.Linux;

namespace Brig.Cli.Commands.System;

/// <summary>What this machine is and what its kernel can do, as /proc and /sys tell.</summary>
internal static class HostFacts
{
    public static string Kernel => Line("/proc/sys/kernel/osrelease") ?? "unknown";

    public static string HostName => Line("/proc/sys/kernel/hostname") ?? Environment.MachineName;

    /// <summary>The distribution's own name for itself.</summary>
    public static string OperatingSystem =>
        Release("PRETTY_NAME") ?? Release("NAME") ?? "Linux";

    public static string OsVersion => Release("VERSION_ID") ?? "";

    /// <summary>As uname has it.</summary>
    public static string Architecture => Oci.Platform.Host.Architecture switch { "amd64" => "x86_64", "arm64" => "aarch64", var other => other };

    public static long Memory
    {
        get
        {
            string? line = Text("/proc/meminfo")?.Split('\n').FirstOrDefault(line => line.StartsWith("MemTotal:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
        }
    }

    public static bool HasOverlay => Text("/proc/filesystems")?.Split('\n').Any(line => line.TrimEnd().EndsWith("\toverlay", StringComparison.Ordinal)) == true;

    public static bool HasSeccomp => Text("/proc/sys/kernel/seccomp/actions_avail") is not null;

    public static bool HasUserNamespaces => Text("/proc/self/uid_map") is not null && Line("/proc/sys/user/max_user_namespaces") is not (null or "0");

    public static bool HasAppArmor => Line("/sys/module/apparmor/parameters/enabled") == "Y";

    public static bool HasSelinux => Text("/sys/fs/selinux/enforce") is not null;

    public static bool Forwards => Line("/proc/sys/net/ipv4/ip_forward") == "1";

    /// <summary>What of Brig's controllers this machine has.</summary>
    public static IReadOnlyList<string> Controllers(CgroupHost cgroups) => [.. ((ReadOnlySpan<string>)["cpu", "cpuset", "memory", "pids", "blkio", "io", "devices", "freezer"]).ToArray().Where(cgroups.Has)];

    public static string CgroupMode(CgroupHost cgroups) =>
        cgroups.Hierarchies.Count == 0 ? "none"
        : cgroups.IsUnified ? "unified"
        : cgroups.Hierarchies.Any(hierarchy => hierarchy.IsUnified) ? "hybrid" : "legacy";

    private static string? Release(string key)
    {
        string? line = (Text("/etc/os-release") ?? Text("/usr/lib/os-release"))?.Split('\n').FirstOrDefault(line => line.StartsWith(key + "=", StringComparison.Ordinal));
        return line?[(key.Length + 1)..].Trim().Trim('"', '\'');
    }

    private static string? Line(string path) => Text(path)?.Trim();

    private static string? Text(string path)
    {
        try
        {
            return Files.TryReadText(path);
        }
        catch (LinuxException)
        {
            return null; // what cannot be asked is not there for Brig
        }
    }
}
