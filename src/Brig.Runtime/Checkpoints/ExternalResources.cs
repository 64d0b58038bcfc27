using Brig.Linux;
using Brig.Oci;
using Brig.Oci.Runtime;
using Brig.Runtime.Launch;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Checkpoints;

/// <summary>
/// What of a container is the machine's and not its own, so that images only name it: bind mounts, the device that masks, namespaces
/// that it joined by path. The names are the destinations, as runc has them.
/// </summary>
internal static class ExternalResources
{
    private const string NullDevice = "/dev/null";

    /// <summary>Every mount that may be external; those that are not there are passed over by CRIU when it restores.</summary>
    internal static IEnumerable<ExternalMount> Mounts(RuntimeSpec spec, string bundle, Cgroup? cgroup)
    {
        bool isolated = spec.Linux?.Namespaces?.Any(space => space.Type == "cgroup") ?? false;
        foreach (MountSpec mount in spec.Mounts ?? [])
        {
            string destination = Path.GetFullPath(Path.Combine("/", mount.Destination));
            MountOptions options = MountOptions.Parse(mount.Options);
            if (mount.Type == "cgroup" && !options.Bind && !isolated && cgroup?.UnifiedFolder is { } folder)
            {
                yield return new(destination, folder, IsMask: false);
            }
            else if (!options.Remount && (options.Bind || mount.Type is null or "none" or "bind") && mount.Source is { } source)
            {
                yield return new(destination, Path.GetFullPath(Path.Combine(bundle, source)), IsMask: false);
            }
        }

        foreach (string path in spec.Linux?.MaskedPaths ?? [])
        {
            yield return new(Path.GetFullPath(Path.Combine("/", path)), NullDevice, IsMask: true);
        }

        foreach (DeviceSpec device in DefaultDevices.All.Concat(spec.Linux?.Devices ?? []))
        {
            yield return new(device.Path, device.Path, IsMask: false); // where no node can be made the machine's is bound
        }
    }

    /// <summary>Those of them that a process sees, each place once. A directory is masked by a file system of the container's own.</summary>
    internal static IEnumerable<ExternalMount> Mounted(IEnumerable<ExternalMount> mounts, int pid)
    {
        const int Root = 3, Place = 4;
        Dictionary<string, bool> places = [];
        foreach (string line in (Files.TryReadText($"/proc/{pid}/mountinfo", 16 << 20) ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] fields = line.Split(' ');
            places[Unescape(fields[Place])] = fields[Root] == "/" && fields[Array.IndexOf(fields, "-") + 1] == "tmpfs";
        }

        return mounts.DistinctBy(mount => mount.Destination).Where(mount => places.TryGetValue(mount.Destination, out bool whole) && !(mount.IsMask && whole));
    }

    /// <summary>Namespaces joined by path that CRIU can leave out: its name for the kind, the name in the images, the path.</summary>
    internal static IEnumerable<(string Kind, string Name, string Path)> Namespaces(RuntimeSpec spec)
    {
        foreach (NamespaceSpec space in spec.Linux?.Namespaces ?? [])
        {
            if (space is { Type: "network" or "pid", Path: { Length: > 0 } path })
            {
                string kind = space.Type == "network" ? "net" : "pid";
                yield return (kind, $"extRoot{(kind == "net" ? "Net" : "Pid")}NS", path);
            }
        }
    }

    /// <summary>The number of a namespace.</summary>
    internal static ulong Inode(string path)
    {
        using SafeFileHandle file = Files.Open(path, OpenFlags.O_RDONLY);
        return Files.Stat(file).Inode;
    }

    /// <summary>Mount tables write blanks and backslashes as three octal digits (man 5 proc).</summary>
    private static string Unescape(string text) => text.Contains('\\', StringComparison.Ordinal)
        ? text.Replace("\\040", " ", StringComparison.Ordinal).Replace("\\011", "\t", StringComparison.Ordinal).Replace("\\012", "\n", StringComparison.Ordinal).Replace("\\134", "\\", StringComparison.Ordinal)
        : text;
}
