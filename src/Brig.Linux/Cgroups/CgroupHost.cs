using Microsoft.Win32.SafeHandles;

namespace Brig.Linux;

/// <summary>How this machine has its cgroups: unified (v2 alone), or legacy and hybrid (controllers on v1, with or without an empty v2 tree).</summary>
public sealed class CgroupHost
{
    private const string Root = "/sys/fs/cgroup";

    private CgroupHost(IReadOnlyList<CgroupHierarchy> hierarchies) => Hierarchies = hierarchies;

    public IReadOnlyList<CgroupHierarchy> Hierarchies { get; }

    public bool IsUnified => Hierarchies is [{ IsUnified: true }];

    /// <summary>Whether limits of this controller can be set.</summary>
    public bool Has(string controller) => IsUnified
        ? Controllers().Contains(controller)
        : Hierarchies.Any(hierarchy => hierarchy.Has(controller));

    /// <summary>Reads the mount table. A machine without cgroups gives no hierarchies.</summary>
    public static CgroupHost Detect()
    {
        // cgroup.controllers in the root itself: cgroup2 is mounted there, and there is nothing else to look for.
        if (Files.TryStat(null, Root + "/cgroup.controllers") is not null)
        {
            return new([new CgroupHierarchy(Root, [])]);
        }

        List<CgroupHierarchy> hierarchies = [];
        foreach (string line in (Files.TryReadText("/proc/self/mountinfo", 16 << 20) ?? "").Split('\n'))
        {
            int separator = line.IndexOf(" - cgroup", StringComparison.Ordinal);
            if (separator < 0)
            {
                continue;
            }

            string mountPoint = line.Split(' ', 6)[4];
            string[] tail = line[(separator + 3)..].Split(' ', 3);
            if (!mountPoint.StartsWith(Root + "/", StringComparison.Ordinal))
            {
                continue;
            }

            hierarchies.Add(new(mountPoint, tail[0] == "cgroup2" ? [] : [.. tail[2].Split(',').Where(option => option is not ("rw" or "ro" or "xattr" or "clone_children" or "noprefix" or "release_agent"))]));
        }

        return new(hierarchies);
    }

    /// <summary>Makes a cgroup in every hierarchy, below a parent of Brig's own, with its limits set and nobody in it.</summary>
    /// <param name="name">Relative, e.g. <c>brig/ID</c>.</param>
    public Cgroup Create(string name, CgroupResources resources)
    {
        Cgroup cgroup = new(this, name);
        try
        {
            foreach (CgroupHierarchy hierarchy in Hierarchies)
            {
                Make(hierarchy, name);
            }

            CgroupLimits.Apply(this, name, resources);
            return cgroup;
        }
        catch
        {
            cgroup.TryRemove();
            throw;
        }
    }

    /// <summary>The cgroup of that name, which may or may not be there.</summary>
    public Cgroup Open(string name) => new(this, name);

    /// <summary>The names of the cgroups right below a parent, in any hierarchy.</summary>
    public IReadOnlySet<string> Children(string parent)
    {
        HashSet<string> names = [];
        foreach (CgroupHierarchy hierarchy in Hierarchies)
        {
            using SafeFileHandle? folder = Files.TryOpenAt(null, Path.Combine(hierarchy.MountPoint, parent), OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, 0, out _);
            if (folder is null)
            {
                continue;
            }

            foreach (byte[] entry in Trees.Entries(folder))
            {
                string name = System.Text.Encoding.UTF8.GetString(entry.AsSpan(0, entry.Length - 1));
                if (Files.TryStat(folder, name) is { IsDirectory: true })
                {
                    names.Add(name);
                }
            }
        }

        return names;
    }

    private static string[] Controllers() => (Files.TryReadText(Root + "/cgroup.controllers") ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private void Make(CgroupHierarchy hierarchy, string name)
    {
        string[] parts = name.Split('/');
        const int Attempts = 100;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                string path = hierarchy.MountPoint;
                for (int i = 0; i < parts.Length; i++)
                {
                    if (IsUnified)
                    {
                        Delegate(path);
                    }

                    path = Path.Combine(path, parts[i]);
                    Files.MakeDirectory(null, path);
                    if (hierarchy.Has("cpuset"))
                    {
                        Inherit(path, "cpuset.cpus");
                        Inherit(path, "cpuset.mems");
                    }
                }

                return;
            }
            catch (LinuxException error) when (error.Errno is Errno.ENOENT or Errno.ENODEV && attempt < Attempts)
            {
                // The last container's removal takes the parent away as well: make it again.
            }
        }
    }

    /// <summary>v2: a cgroup's children have the controllers that it passes on.</summary>
    private static void Delegate(string path)
    {
        string[] available = (Files.TryReadText(path + "/cgroup.controllers") ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        string passed = Files.TryReadText(path + "/cgroup.subtree_control") ?? "";
        string[] missing = [.. available.Except(passed.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))];
        if (missing.Length > 0)
        {
            Files.WriteValue(path + "/cgroup.subtree_control", string.Join(' ', missing.Select(controller => "+" + controller)));
        }
    }

    /// <summary>v1: a new cpuset is empty and takes no task until it has CPUs and memory nodes.</summary>
    private static void Inherit(string path, string file)
    {
        if (string.IsNullOrWhiteSpace(Files.TryReadText(Path.Combine(path, file)))
            && Files.TryReadText(Path.Combine(Path.GetDirectoryName(path)!, file))?.Trim() is { Length: > 0 } above)
        {
            Files.WriteValue(Path.Combine(path, file), above);
        }
    }
}
