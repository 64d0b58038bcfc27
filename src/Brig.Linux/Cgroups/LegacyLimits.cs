namespace Brig.Linux;

/// <summary>Limits in the files of cgroup v1.</summary>
internal static class LegacyLimits
{
    internal static void Apply(CgroupFolder folder, CgroupHierarchy hierarchy, CgroupResources resources)
    {
        foreach (string controller in hierarchy.Controllers)
        {
            switch (controller)
            {
                case "memory":
                    Memory(folder, resources);
                    break;
                case "cpu":
                    Cpu(folder, resources);
                    break;
                case "cpuset":
                    folder.Write("cpuset.cpus", resources.CpusetCpus);
                    folder.Write("cpuset.mems", resources.CpusetMems);
                    break;
                case "pids":
                    folder.Write("pids.max", resources.Pids is < 0 ? "max" : resources.Pids?.ToString());
                    break;
                case "blkio":
                    Block(folder, resources.Block);
                    break;
                case "hugetlb":
                    HugePages(folder, resources);
                    break;
                case "rdma":
                    RdmaLimits.Apply(folder, resources);
                    break;
                case "net_cls":
                    folder.Write("net_cls.classid", (ulong?)resources.NetworkClass);
                    break;
                case "net_prio":
                    foreach ((string device, uint priority) in resources.NetworkPriorities)
                    {
                        folder.Write("net_prio.ifpriomap", $"{device} {priority}");
                    }

                    break;
                case "devices" when resources.Devices is { } rules:
                    foreach (DeviceRule rule in rules)
                    {
                        folder.Write(rule.Allow ? "devices.allow" : "devices.deny", rule.Legacy);
                    }

                    break;
            }
        }
    }

    private static void Memory(CgroupFolder folder, CgroupResources resources)
    {
        if (resources is { Memory: not null, MemoryAndSwap: not null } && folder.Has("memory.memsw.limit_in_bytes"))
        {
            // memory may not be above memory+swap at any moment: on the way up the latter goes first.
            bool rises = resources.MemoryAndSwap < 0 || folder.Number("memory.limit_in_bytes") is long now && resources.MemoryAndSwap > now && folder.Number("memory.memsw.limit_in_bytes") < resources.MemoryAndSwap;
            string[] order = rises ? ["memory.memsw.limit_in_bytes", "memory.limit_in_bytes"] : ["memory.limit_in_bytes", "memory.memsw.limit_in_bytes"];
            foreach (string file in order)
            {
                folder.Write(file, file.Contains("memsw", StringComparison.Ordinal) ? resources.MemoryAndSwap : resources.Memory);
            }
        }
        else
        {
            folder.Write("memory.limit_in_bytes", resources.Memory);
            if (folder.Has("memory.memsw.limit_in_bytes"))
            {
                folder.Write("memory.memsw.limit_in_bytes", resources.MemoryAndSwap);
            }
        }

        folder.Write("memory.soft_limit_in_bytes", resources.MemoryReservation);
        folder.Write("memory.kmem.tcp.limit_in_bytes", folder.Has("memory.kmem.tcp.limit_in_bytes") ? resources.MemoryTcp : null);
        folder.Write("memory.swappiness", resources.Swappiness);
        folder.Write("memory.oom_control", resources.DisableOomKiller is bool disabled && folder.Has("memory.oom_control") ? disabled ? "1" : "0" : null);
    }

    private static void Cpu(CgroupFolder folder, CgroupResources resources)
    {
        folder.Write("cpu.shares", resources.CpuShares is 0 ? null : resources.CpuShares);
        folder.Write("cpu.cfs_period_us", resources.CpuPeriod is 0 ? null : resources.CpuPeriod);
        folder.Write("cpu.cfs_quota_us", resources.CpuQuota is 0 ? -1 : resources.CpuQuota);
        folder.Write("cpu.cfs_burst_us", resources.CpuBurst);
        folder.Write("cpu.rt_period_us", resources.CpuRealtimePeriod is 0 ? null : resources.CpuRealtimePeriod);
        folder.Write("cpu.rt_runtime_us", resources.CpuRealtimeRuntime is 0 ? null : resources.CpuRealtimeRuntime);
        folder.Write("cpu.idle", resources.CpuIdle);
    }

    private static void Block(CgroupFolder folder, BlockLimits limits)
    {
        // The names depend on the scheduler that is there: bfq since Linux 5.0, cfq before.
        string prefix = folder.Has("blkio.bfq.weight") ? "blkio.bfq." : "blkio.";
        folder.Write(prefix + "weight", limits.Weight is 0 ? null : (ulong?)limits.Weight);
        if (folder.Has("blkio.leaf_weight"))
        {
            folder.Write("blkio.leaf_weight", (ulong?)limits.LeafWeight);
        }

        foreach ((string device, ushort? weight, ushort? leafWeight) in limits.DeviceWeights)
        {
            folder.Write(prefix + "weight_device", weight is null ? null : $"{device} {weight}");
            folder.Write("blkio.leaf_weight_device", leafWeight is null || !folder.Has("blkio.leaf_weight_device") ? null : $"{device} {leafWeight}");
        }

        Rates(folder, "blkio.throttle.read_bps_device", limits.ReadBytes);
        Rates(folder, "blkio.throttle.write_bps_device", limits.WriteBytes);
        Rates(folder, "blkio.throttle.read_iops_device", limits.ReadOperations);
        Rates(folder, "blkio.throttle.write_iops_device", limits.WriteOperations);
    }

    private static void Rates(CgroupFolder folder, string file, IReadOnlyList<(string Device, ulong Rate)> rates)
    {
        foreach ((string device, ulong rate) in rates)
        {
            folder.Write(file, $"{device} {rate}");
        }
    }

    private static void HugePages(CgroupFolder folder, CgroupResources resources)
    {
        foreach ((string size, ulong limit) in resources.HugePages)
        {
            folder.Write($"hugetlb.{size}.limit_in_bytes", limit);
            if (folder.Has($"hugetlb.{size}.rsvd.limit_in_bytes"))
            {
                folder.Write($"hugetlb.{size}.rsvd.limit_in_bytes", limit);
            }
        }
    }
}
