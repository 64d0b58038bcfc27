namespace Brig.Linux;

/// <summary>Limits in the files of cgroup v2.</summary>
internal static class UnifiedLimits
{
    internal static void Apply(CgroupFolder folder, CgroupResources resources)
    {
        Memory(folder, resources);
        Cpu(folder, resources);
        folder.Write("cpuset.cpus", resources.CpusetCpus);
        folder.Write("cpuset.mems", resources.CpusetMems);
        folder.Write("pids.max", resources.Pids is < 0 ? "max" : resources.Pids?.ToString());
        Block(folder, resources.Block);
        foreach ((string size, ulong limit) in resources.HugePages)
        {
            folder.Write($"hugetlb.{size}.max", limit);
            if (folder.Has($"hugetlb.{size}.rsvd.max"))
            {
                folder.Write($"hugetlb.{size}.rsvd.max", limit);
            }
        }

        RdmaLimits.Apply(folder, resources);
        if (resources.Devices is { } rules)
        {
            DeviceProgram.Attach(folder.Path, rules);
        }

        foreach ((string file, string value) in resources.Unified)
        {
            if (file.Contains('/', StringComparison.Ordinal) || !file.Contains('.', StringComparison.Ordinal))
            {
                throw new LinuxException("unified", file, Errno.EINVAL);
            }

            // A file may take several values, a line each by a write of its own.
            foreach (string line in value.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                folder.Write(file, line);
            }
        }
    }

    /// <summary>-1 is no limit; what else is below 0 is for the kernel to refuse.</summary>
    private static string? Limit(long? bytes) => bytes is -1 ? "max" : bytes?.ToString();

    private static void Memory(CgroupFolder folder, CgroupResources resources)
    {
        if (resources is { CheckMemory: true, Memory: >= 0 } && folder.Number("memory.current") is long used && used > resources.Memory)
        {
            throw new LinuxException($"memory limit {resources.Memory} is below the {used} bytes in use", null, Errno.EBUSY);
        }

        if (resources.MemoryAndSwap is long both && folder.Has("memory.swap.max"))
        {
            long? memory = resources.Memory ?? (folder.Read("memory.max") is { } text && long.TryParse(text, out long limit) ? limit : null);
            folder.Write("memory.swap.max", both < 0 ? "max" : Limit(both - (memory is > 0 ? memory : 0)));
        }
        else if (resources.Memory is < 0 && folder.Has("memory.swap.max"))
        {
            folder.Write("memory.swap.max", "max"); // memory without a limit: none of swap either
        }

        folder.Write("memory.max", Limit(resources.Memory));
        folder.Write("memory.low", Limit(resources.MemoryReservation));
    }

    private static void Cpu(CgroupFolder folder, CgroupResources resources)
    {
        folder.Write("cpu.idle", resources.CpuIdle);
        if (resources.CpuShares is ulong shares and > 0 && resources.CpuIdle is not 1)
        {
            folder.Write("cpu.weight", CgroupResources.WeightOf(shares));
        }

        if (resources.CpuQuota is not null || resources.CpuPeriod is > 0)
        {
            string quota = resources.CpuQuota is > 0 ? resources.CpuQuota.Value.ToString() : resources.CpuQuota is null ? folder.Read("cpu.max")?.Split(' ')[0] ?? "max" : "max";
            folder.Write("cpu.max", resources.CpuPeriod is > 0 ? $"{quota} {resources.CpuPeriod}" : quota);
        }

        folder.Write("cpu.max.burst", resources.CpuBurst);
    }

    private static void Block(CgroupFolder folder, BlockLimits limits)
    {
        bool bfq = folder.Has("io.bfq.weight");
        if (limits.Weight is ushort weight and > 0)
        {
            folder.Write(bfq ? "io.bfq.weight" : "io.weight", bfq ? weight.ToString() : $"default {BlockLimits.WeightOf(weight)}");
        }

        foreach ((string device, ushort? deviceWeight, _) in limits.DeviceWeights)
        {
            folder.Write(bfq ? "io.bfq.weight" : "io.weight", deviceWeight is null ? null : $"{device} {(bfq ? deviceWeight.Value : BlockLimits.WeightOf(deviceWeight.Value))}");
        }

        Rates(folder, "rbps", limits.ReadBytes);
        Rates(folder, "wbps", limits.WriteBytes);
        Rates(folder, "riops", limits.ReadOperations);
        Rates(folder, "wiops", limits.WriteOperations);
    }

    private static void Rates(CgroupFolder folder, string key, IReadOnlyList<(string Device, ulong Rate)> rates)
    {
        foreach ((string device, ulong rate) in rates)
        {
            folder.Write("io.max", $"{device} {key}={(rate == 0 ? "max" : rate)}");
        }
    }
}
