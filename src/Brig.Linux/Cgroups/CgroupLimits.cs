using System.Globalization;

namespace Brig.Linux;

/// <summary>Writes limits in the words of cgroup v1 (kernel: admin-guide/cgroup-v1) or v2 (admin-guide/cgroup-v2.rst).</summary>
internal static class CgroupLimits
{
    internal static void Apply(CgroupHost host, string name, CgroupResources resources)
    {
        foreach (CgroupHierarchy hierarchy in host.Hierarchies)
        {
            string path = Path.Combine(hierarchy.MountPoint, name);
            if (host.IsUnified)
            {
                ApplyUnified(path, resources);
            }
            else if (!hierarchy.IsUnified)
            {
                ApplyLegacy(path, hierarchy, resources);
            }
        }
    }

    private static void ApplyLegacy(string path, CgroupHierarchy hierarchy, CgroupResources resources)
    {
        if (hierarchy.Has("memory"))
        {
            // memory.limit first: memory+swap may not be below it. A kernel without swap accounting lacks the second file.
            Write(path, "memory.limit_in_bytes", resources.Memory);
            if (resources.MemoryAndSwap is not null && Files.TryStat(null, Path.Combine(path, "memory.memsw.limit_in_bytes")) is not null)
            {
                Write(path, "memory.memsw.limit_in_bytes", resources.MemoryAndSwap);
            }

            Write(path, "memory.soft_limit_in_bytes", resources.MemoryReservation);
        }

        if (hierarchy.Has("cpu"))
        {
            Write(path, "cpu.shares", (long?)resources.CpuShares);
            Write(path, "cpu.cfs_period_us", (long?)resources.CpuPeriod);
            Write(path, "cpu.cfs_quota_us", resources.CpuQuota);
        }

        if (hierarchy.Has("cpuset"))
        {
            Write(path, "cpuset.cpus", resources.CpusetCpus);
            Write(path, "cpuset.mems", resources.CpusetMems);
        }

        if (hierarchy.Has("pids") && resources.Pids is > 0)
        {
            Write(path, "pids.max", resources.Pids);
        }
    }

    private static void ApplyUnified(string path, CgroupResources resources)
    {
        static string Limit(long bytes) => bytes < 0 ? "max" : bytes.ToString(CultureInfo.InvariantCulture);
        if (resources.Memory is long memory)
        {
            Write(path, "memory.max", Limit(memory));
            if (resources.MemoryAndSwap is long both && Files.TryStat(null, Path.Combine(path, "memory.swap.max")) is not null)
            {
                Write(path, "memory.swap.max", Limit(both < 0 ? -1 : both - memory));
            }
        }

        if (resources.MemoryReservation is long reservation)
        {
            Write(path, "memory.low", Limit(reservation));
        }

        if (resources.CpuQuota is not null || resources.CpuPeriod is not null)
        {
            Write(path, "cpu.max", $"{(resources.CpuQuota is > 0 ? resources.CpuQuota.ToString() : "max")} {resources.CpuPeriod ?? 100_000}");
        }

        if (resources.CpuShares is ulong shares and > 0)
        {
            // The curve that runc 1.4 and crun 1.23 took over: 2, 1024 and 262144 shares become weight 1, 100 and 10000.
            double l = Math.Log2(shares);
            Write(path, "cpu.weight", (long)Math.Ceiling(Math.Pow(10, ((l * l) + (125 * l)) / 612.0 - (7.0 / 34.0))));
        }

        Write(path, "cpuset.cpus", resources.CpusetCpus);
        Write(path, "cpuset.mems", resources.CpusetMems);
        if (resources.Pids is > 0)
        {
            Write(path, "pids.max", resources.Pids);
        }
    }

    private static void Write(string path, string file, long? value) => Write(path, file, value?.ToString(CultureInfo.InvariantCulture));

    private static void Write(string path, string file, string? value)
    {
        if (value is not null)
        {
            Files.WriteValue(Path.Combine(path, file), value);
        }
    }
}
