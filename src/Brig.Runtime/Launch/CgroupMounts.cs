using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Launch;

/// <summary>
/// A mount of type <c>cgroup</c>: the container's view of its own cgroups in whatever form the machine has them. With a cgroup
/// namespace the file systems are mounted anew, rooted where the container is; without one its directories are bound.
/// </summary>
internal static class CgroupMounts
{
    internal static IEnumerable<PreparedMount> Of(string destination, MountOptions options, Cgroup? cgroup, NamespaceFlags made)
    {
        CgroupHost host = CgroupHost.Detect();
        bool isolated = (made & NamespaceFlags.CLONE_NEWCGROUP) != 0;
        if (host.IsUnified)
        {
            yield return isolated || cgroup is null
                ? new PreparedMount(destination, "cgroup2", "cgroup", options with { }, null)
                : Bound(destination, Path.Combine(host.Hierarchies[0].MountPoint, cgroup.Name), options);
            yield break;
        }

        List<CgroupHierarchy> hierarchies = [.. host.Hierarchies.Where(hierarchy => !hierarchy.IsUnified)];
        if (hierarchies.Count == 0)
        {
            yield break;
        }

        yield return new PreparedMount(destination, "tmpfs", "cgroup", options, Folders(hierarchies, options));
        foreach (CgroupHierarchy hierarchy in hierarchies)
        {
            string place = $"{destination}/{hierarchy.Name}";
            if (!isolated && cgroup is not null)
            {
                yield return Bound(place, Path.Combine(hierarchy.MountPoint, cgroup.Name), options);
                continue;
            }

            bool named = hierarchy.Controllers.Any(name => name.StartsWith("name=", StringComparison.Ordinal));
            yield return new PreparedMount(place, "cgroup", "cgroup", options.ForController(named ? ["none", .. hierarchy.Controllers] : hierarchy.Controllers), null);
        }
    }

    /// <summary>The directory of the hierarchies, with a place for each and the links by which controllers that share one are found.</summary>
    private static SafeFileHandle Folders(List<CgroupHierarchy> hierarchies, MountOptions options)
    {
        SafeFileHandle tree = Mounts.Create("tmpfs", [("mode", "755")], MountAttributes.None);
        try
        {
            foreach (CgroupHierarchy hierarchy in hierarchies)
            {
                Files.MakeDirectory(tree, hierarchy.Name);
                foreach (string controller in hierarchy.Controllers.Where(name => name != hierarchy.Name && !name.Contains('=', StringComparison.Ordinal)))
                {
                    if (Files.TryStat(tree, controller) is null)
                    {
                        Files.Symlink(hierarchy.Name, tree, controller);
                    }
                }
            }

            Mounts.SetAttributes(tree, options.Set, MountAttributes.None, 0, recursive: false);
            return tree;
        }
        catch
        {
            tree.Dispose();
            throw;
        }
    }

    private static PreparedMount Bound(string destination, string source, MountOptions options)
    {
        SafeFileHandle tree = Mounts.OpenTree(null, source, recursive: true);
        Mounts.SetAttributes(tree, options.Set, MountAttributes.None, MountOptions.MS_PRIVATE, recursive: true);
        return new PreparedMount(destination, "bind", source, options, tree);
    }
}
