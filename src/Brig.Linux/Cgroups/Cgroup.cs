using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Brig.Linux;

/// <summary>One cgroup, by the same name in every hierarchy of the machine.</summary>
public sealed class Cgroup
{
    private readonly CgroupHost _host;

    internal Cgroup(CgroupHost host, string name) => (_host, Name) = (host, name);

    /// <summary>Relative to each hierarchy's root.</summary>
    public string Name { get; }

    /// <summary>v1: the <c>tasks</c> files, for a task to move itself. A hierarchy where there is no such cgroup is left out.</summary>
    public IReadOnlyList<SafeFileHandle> OpenTasks()
    {
        List<SafeFileHandle> files = [];
        foreach (CgroupHierarchy hierarchy in _host.Hierarchies.Where(hierarchy => !hierarchy.IsUnified))
        {
            if (Files.TryOpenAt(null, Path.Combine(hierarchy.MountPoint, Name, "tasks"), OpenFlags.O_WRONLY, 0, out _) is { } file)
            {
                files.Add(file);
            }
        }

        return files;
    }

    /// <summary>v2: the directory, for a clone into it; null where there is no v2 tree.</summary>
    public SafeFileHandle? OpenUnified() => _host.Hierarchies.FirstOrDefault(hierarchy => hierarchy.IsUnified) is { } unified
        ? Files.Open(Path.Combine(unified.MountPoint, Name), OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY)
        : null;

    /// <summary>Moves a process into it, in every hierarchy.</summary>
    public void Add(int pid)
    {
        foreach (CgroupHierarchy hierarchy in _host.Hierarchies)
        {
            Files.WriteValue(Path.Combine(hierarchy.MountPoint, Name, "cgroup.procs"), pid.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Its directory where v2 is the only hierarchy.</summary>
    public string? UnifiedFolder => _host.IsUnified ? Path.Combine(_host.Hierarchies[0].MountPoint, Name) : null;

    /// <summary>Its directory in the hierarchy that has the freezer; null where none has.</summary>
    public string? FreezerFolder => UnifiedFolder ?? (_host.Hierarchies.FirstOrDefault(hierarchy => hierarchy.Has("freezer")) is { } found ? Path.Combine(found.MountPoint, Name) : null);

    /// <summary>Its path in each hierarchy of v1, by the controllers as the kernel lists them (man 7 cgroups, /proc/PID/cgroup).</summary>
    public IEnumerable<(string Controllers, string Path)> LegacyPlaces => _host.Hierarchies.Where(hierarchy => !hierarchy.IsUnified)
        .Select(hierarchy => (string.Join(',', hierarchy.Controllers), "/" + Name));

    /// <summary>The processes in it, in any hierarchy.</summary>
    public IReadOnlySet<int> Processes()
    {
        HashSet<int> pids = [];
        foreach (CgroupHierarchy hierarchy in _host.Hierarchies)
        {
            foreach (string line in (TryReadText(Path.Combine(hierarchy.MountPoint, Name, "cgroup.procs"), 16 << 20) ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                pids.Add(int.Parse(line, CultureInfo.InvariantCulture));
            }
        }

        return pids;
    }

    /// <summary>Whether the kernel killed a task of it for want of memory.</summary>
    public bool WasOutOfMemory()
    {
        foreach (CgroupHierarchy hierarchy in _host.Hierarchies)
        {
            string? events = hierarchy.IsUnified && _host.IsUnified ? TryReadText(Path.Combine(hierarchy.MountPoint, Name, "memory.events"))
                : hierarchy.Has("memory") ? TryReadText(Path.Combine(hierarchy.MountPoint, Name, "memory.oom_control"))
                : null;
            foreach (string line in events?.Split('\n') ?? [])
            {
                if (line.StartsWith("oom_kill ", StringComparison.Ordinal))
                {
                    return line != "oom_kill 0";
                }
            }
        }

        return false;
    }

    /// <summary>Sets limits of a cgroup that is there.</summary>
    public void Update(CgroupResources resources) => CgroupLimits.Apply(_host, Name, resources);

    /// <summary>Whether it is there in any hierarchy.</summary>
    public bool Exists => _host.Hierarchies.Any(hierarchy => Files.TryStat(null, Path.Combine(hierarchy.MountPoint, Name)) is not null);

    /// <summary>Stops all its tasks, or lets them go on; returns once it is so. False where the machine has no freezer.</summary>
    public bool Freeze(FreezerState state)
    {
        foreach (CgroupHierarchy hierarchy in _host.Hierarchies)
        {
            string folder = Path.Combine(hierarchy.MountPoint, Name);
            if (hierarchy.IsUnified && _host.IsUnified)
            {
                try
                {
                    Files.WriteValue(folder + "/cgroup.freeze", state == FreezerState.Frozen ? "1" : "0");
                }
                catch (LinuxException error) when (error.Errno is Errno.ENODEV or Errno.ENOENT && state == FreezerState.Thawed)
                {
                    return true; // it went with its last task
                }

                return WaitFor(() => (TryReadText(folder + "/cgroup.events") ?? "").Contains(state == FreezerState.Frozen ? "frozen 1" : "frozen 0", StringComparison.Ordinal));
            }

            if (hierarchy.Has("freezer"))
            {
                string word = state == FreezerState.Frozen ? "FROZEN" : "THAWED";
                return WaitFor(() =>
                {
                    // A task that was just made may miss it: it is said again until all have heard (freezer-subsystem.rst).
                    Files.WriteValue(folder + "/freezer.state", word);
                    return TryReadText(folder + "/freezer.state")?.Trim() == word;
                });
            }
        }

        return false;
    }

    /// <summary>Whether its tasks are stopped by the freezer.</summary>
    public bool IsFrozen => _host.Hierarchies.Any(hierarchy =>
        hierarchy.IsUnified && _host.IsUnified ? TryReadText(Path.Combine(hierarchy.MountPoint, Name, "cgroup.freeze"))?.Trim() == "1"
        : hierarchy.Has("freezer") && TryReadText(Path.Combine(hierarchy.MountPoint, Name, "freezer.state"))?.Trim() is "FROZEN" or "FREEZING");

    /// <summary>The text of one of its files in the hierarchy of a controller; null where there is none.</summary>
    public string? Read(string controller, string file) =>
        _host.Hierarchies.FirstOrDefault(hierarchy => _host.IsUnified || hierarchy.Has(controller)) is { } found
            ? TryReadText(Path.Combine(found.MountPoint, Name, file), 16 << 20)
            : null;

    /// <summary>The processes in it and in the cgroups below it, in any hierarchy.</summary>
    public IReadOnlySet<int> AllProcesses()
    {
        HashSet<int> pids = [];
        foreach (CgroupHierarchy hierarchy in _host.Hierarchies)
        {
            foreach (string folder in CgroupTree.Below(Path.Combine(hierarchy.MountPoint, Name)))
            {
                foreach (string line in (TryReadText(folder + "/cgroup.procs", 16 << 20) ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
                {
                    pids.Add(int.Parse(line, CultureInfo.InvariantCulture));
                }
            }
        }

        return pids;
    }

    /// <summary>Removes it with the cgroups that its tasks made below it; what is above stays. False where a task is still in it.</summary>
    public bool TryRemoveTree()
    {
        bool gone = true;
        foreach (CgroupHierarchy hierarchy in _host.Hierarchies)
        {
            // Only where something keeps it is there anything to look for below: the kernel answers the same for a child and for a task.
            string top = Path.Combine(hierarchy.MountPoint, Name);
            if (Files.TryRemoveDirectory(null, top) is not (Errno.None or Errno.ENOENT))
            {
                foreach (string folder in CgroupTree.Below(top))
                {
                    gone &= Files.TryRemoveDirectory(null, folder) is Errno.None or Errno.ENOENT;
                }
            }
        }

        return gone;
    }

    /// <summary>Null where it is not there, or goes while it is read: systemd removes a scope's cgroup with its last process.</summary>
    private static string? TryReadText(string path, int limit = 1 << 20)
    {
        try
        {
            return Files.TryReadText(path, limit);
        }
        catch (LinuxException error) when (error.Errno == Errno.ENODEV)
        {
            return null;
        }
    }

    private static bool WaitFor(Func<bool> holds)
    {
        for (int attempt = 0; attempt < 5000; attempt++)
        {
            if (holds())
            {
                return true;
            }

            Thread.Sleep(1);
        }

        return false;
    }

    /// <summary>Removes it, and Brig's parent of it where it was the last. False where a task is still in it.</summary>
    public bool TryRemove()
    {
        bool gone = true;
        string? parent = Path.GetDirectoryName(Name);
        foreach (CgroupHierarchy hierarchy in _host.Hierarchies)
        {
            Errno errno = Files.TryRemoveDirectory(null, Path.Combine(hierarchy.MountPoint, Name));
            gone &= errno is Errno.None or Errno.ENOENT;
            if (errno == Errno.None && parent is { Length: > 0 })
            {
                Files.TryRemoveDirectory(null, Path.Combine(hierarchy.MountPoint, parent));
            }
        }

        return gone;
    }
}
