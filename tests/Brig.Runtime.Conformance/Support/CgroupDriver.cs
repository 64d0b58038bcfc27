namespace Brig.Runtime.Conformance.Support;

/// <summary>
/// Where the cases' cgroups are, under the names of version 1 and 2, and with BRIG_CGROUP_DRIVER=systemd as scopes of a slice that
/// systemd makes.
/// </summary>
public static class CgroupDriver
{
    private const string Group = "brig-conformance";

    /// <summary>Without a dash: systemd takes that for one slice in another.</summary>
    private const string Slice = "brigconformance.slice";

    private static readonly bool s_systemd = Environment.GetEnvironmentVariable("BRIG_CGROUP_DRIVER") == "systemd";

    /// <summary>Flags that every command of a runtime gets.</summary>
    public static IReadOnlyList<string> Flags { get; } = s_systemd ? ["--systemd-cgroup"] : [];

    /// <summary>A container's <c>cgroupsPath</c>.</summary>
    public static string PathOf(string id) => s_systemd ? $"{Slice}:test:{id}" : $"/{Group}/{id}";

    /// <summary>A control file, given as hierarchy/file of version 1 and as file of version 2.</summary>
    public static string File(string id, string one, string two)
    {
        string cgroup = s_systemd ? $"{Slice}/test-{id}.scope" : $"{Group}/{id}";
        return Host.IsUnified ? $"/sys/fs/cgroup/{cgroup}/{two}" : $"/sys/fs/cgroup/{one[..one.IndexOf('/', StringComparison.Ordinal)]}/{cgroup}/{one[(one.IndexOf('/', StringComparison.Ordinal) + 1)..]}";
    }

    /// <summary>Reads the control file that this machine has.</summary>
    public static string Read(string id, string one, string two) => System.IO.File.ReadAllText(File(id, one, two)).Trim();

    /// <summary>All cgroups of cases, in every hierarchy.</summary>
    public static IEnumerable<string> All() => Hierarchies()
        .Select(hierarchy => Path.Combine(hierarchy, s_systemd ? Slice : Group))
        .Where(Directory.Exists)
        .SelectMany(folder => Directory.EnumerateDirectories(folder, "*", SearchOption.AllDirectories));

    /// <summary>The cgroups of a container, in every hierarchy.</summary>
    public static string[] Of(string id) => [.. All().Where(path => Path.GetFileName(path) == (s_systemd ? $"test-{id}.scope" : id))];

    /// <summary>Takes back what this run may have left empty, and the cgroup above unless another run uses it still.</summary>
    public static void RemoveEmpty()
    {
        Host.Try($"find /sys/fs/cgroup -depth -type d -path '*/{Group}/*-{Environment.ProcessId}-*' -exec rmdir {{}} \\; 2>/dev/null");
        foreach (string folder in Hierarchies().Select(hierarchy => Path.Combine(hierarchy, Group)).Where(Directory.Exists))
        {
            // podman keeps its own helpers in one that it never removes.
            Host.Try($"rmdir {folder}/conmon {folder} 2>/dev/null");
        }
    }

    private static string[] Hierarchies() => Host.IsUnified ? ["/sys/fs/cgroup"] : Directory.GetDirectories("/sys/fs/cgroup");
}
