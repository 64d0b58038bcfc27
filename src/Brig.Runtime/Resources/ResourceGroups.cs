using System.Text;
using Brig.Linux;
using Brig.Oci;
using Brig.Oci.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Resources;

/// <summary>Intel RDT: shares of caches and memory bandwidth through the resctrl file system (runtime-spec config-linux.md#intelrdt).</summary>
internal static class ResourceGroups
{
    /// <summary>Puts the process into its class of service; gives the directory that was made for it and is to be removed with it, or null.</summary>
    internal static string? Assign(string id, RuntimeSpec spec, int pid)
    {
        if (spec.Linux?.IntelRdt is not { } rdt)
        {
            return null;
        }

        string root = MountPoint() ?? throw BrigException.Unsupported("linux.intelRdt: no resctrl file system is mounted on this machine");
        string name = rdt.ClosId ?? id;
        if (name != "/" && (name.Contains('/', StringComparison.Ordinal) || name is "." or ".."))
        {
            throw BrigException.Invalid($"linux.intelRdt.closID: \"{Oci.Text.Quote(name)}\" is not the name of a directory");
        }

        string folder = name == "/" ? root : Path.Combine(root, name);
        List<string> lines = [.. new[] { rdt.L3CacheSchema, rdt.MemBwSchema }.Concat(rdt.Schemata ?? []).Where(line => line is { Length: > 0 }).Select(line => line!.Contains('\n', StringComparison.Ordinal)
            ? throw BrigException.Invalid("linux.intelRdt: a schema must be one line") : line)];
        bool exists = Files.TryStat(null, folder) is not null;
        if (!exists && rdt.ClosId is not null && lines.Count == 0)
        {
            throw BrigException.NotFound($"linux.intelRdt.closID: {folder} does not exist");
        }

        Files.MakeDirectory(null, folder);
        string current = Files.TryReadText(folder + "/schemata") ?? "";
        if (exists && rdt.ClosId is not null && lines.Exists(line => !current.Contains(line, StringComparison.Ordinal)))
        {
            throw BrigException.Conflict($"linux.intelRdt: {folder} has other schemata than the configuration");
        }

        if (!exists && lines.Count > 0)
        {
            using SafeFileHandle file = Files.Open(folder + "/schemata", OpenFlags.O_WRONLY);
            Files.WriteAll(file, Encoding.ASCII.GetBytes(string.Join('\n', lines) + "\n"));
        }

        Files.WriteValue(folder + "/tasks", pid.ToString());
        if (rdt.EnableMonitoring)
        {
            string monitor = Path.Combine(folder, "mon_groups", id);
            Files.MakeNewDirectory(null, monitor);
            Files.WriteValue(monitor + "/tasks", pid.ToString());
            return exists || rdt.ClosId is not null ? monitor : folder;
        }

        return exists || rdt.ClosId is not null ? null : folder;
    }

    /// <summary>Changes the shares of a container that was given some.</summary>
    internal static void Update(string id, RuntimeSpec spec, IReadOnlyList<string> lines)
    {
        string? root = spec.Linux?.IntelRdt is null ? null : MountPoint();
        if (root is null)
        {
            throw BrigException.Unsupported("Intel RDT: the container has no class of service");
        }

        string name = spec.Linux!.IntelRdt!.ClosId ?? id;
        using SafeFileHandle file = Files.Open(name == "/" ? root + "/schemata" : Path.Combine(root, name, "schemata"), OpenFlags.O_WRONLY);
        Files.WriteAll(file, Encoding.ASCII.GetBytes(string.Join('\n', lines) + "\n"));
    }

    internal static void Remove(string folder) => Files.TryRemoveDirectory(null, folder);

    private static string? MountPoint() => (Files.TryReadText("/proc/self/mountinfo", 16 << 20) ?? "").Split('\n')
        .Where(line => line.Contains(" - resctrl ", StringComparison.Ordinal)).Select(line => line.Split(' ')[4]).FirstOrDefault();
}
