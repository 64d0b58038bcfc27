namespace Brig.Linux;

/// <summary>Writes limits in the words of the hierarchy that has the controller: cgroup v1 (kernel: admin-guide/cgroup-v1) or v2 (admin-guide/cgroup-v2.rst).</summary>
internal static class CgroupLimits
{
    internal static void Apply(CgroupHost host, string name, CgroupResources resources)
    {
        foreach (CgroupHierarchy hierarchy in host.Hierarchies)
        {
            CgroupFolder folder = new(Path.Combine(hierarchy.MountPoint, name));
            if (host.IsUnified)
            {
                UnifiedLimits.Apply(folder, resources);
            }
            else if (!hierarchy.IsUnified)
            {
                LegacyLimits.Apply(folder, hierarchy, resources);
            }
        }

        if (!host.IsUnified && resources.Devices is { } rules && DeviceRule.TakeBack(rules) && host.Hierarchies.FirstOrDefault(hierarchy => hierarchy.IsUnified) is { } unified)
        {
            // devices.deny takes back only what devices.allow said in the same words (cgroup-v1/devices.rst): the v2 tree beside it tells the rest.
            DeviceProgram.Attach(Path.Combine(unified.MountPoint, name), rules);
        }

        Refuse(host, "hugetlb", "hugepageLimits", resources.HugePages.Count > 0);
        Refuse(host, "rdma", "rdma", resources.Rdma.Count > 0);
        if (!host.IsUnified && resources.Unified.Count > 0)
        {
            throw new LinuxException("cgroup v2 files on a machine with cgroup v1", resources.Unified[0].File, Errno.EINVAL);
        }
    }

    private static void Refuse(CgroupHost host, string controller, string limit, bool wanted)
    {
        if (wanted && !host.Has(controller))
        {
            throw new LinuxException(limit, $"controller {controller}", Errno.ENOENT);
        }
    }
}
