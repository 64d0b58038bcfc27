namespace Brig.Linux;

/// <summary>Limits of a cgroup; null leaves what is there. Memory is in bytes, -1 is unlimited.</summary>
public sealed record CgroupResources
{
    public long? Memory { get; init; }

    /// <summary>Memory and swap together, as cgroup v1 counts and Docker says.</summary>
    public long? MemoryAndSwap { get; init; }

    public long? MemoryReservation { get; init; }

    public long? MemoryTcp { get; init; }

    /// <summary>0 to 100; cgroup v1 alone.</summary>
    public ulong? Swappiness { get; init; }

    /// <summary>cgroup v1 alone.</summary>
    public bool? DisableOomKiller { get; init; }

    /// <summary>A new memory limit below what is in use is refused, on v2 too.</summary>
    public bool CheckMemory { get; init; }

    /// <summary>CPU time in a period, in microseconds; 0 or less is unlimited.</summary>
    public long? CpuQuota { get; init; }

    /// <summary>Microseconds.</summary>
    public ulong? CpuPeriod { get; init; }

    /// <summary>Microseconds.</summary>
    public ulong? CpuBurst { get; init; }

    /// <summary>Relative weight as cgroup v1 has it, 2 to 262144, 1024 by default; 0 leaves it.</summary>
    public ulong? CpuShares { get; init; }

    /// <summary>Microseconds; cgroup v1 alone.</summary>
    public long? CpuRealtimeRuntime { get; init; }

    public ulong? CpuRealtimePeriod { get; init; }

    public long? CpuIdle { get; init; }

    public string? CpusetCpus { get; init; }

    public string? CpusetMems { get; init; }

    /// <summary>Less than 0 is unlimited.</summary>
    public long? Pids { get; init; }

    public BlockLimits Block { get; init; } = new();

    /// <summary>By the size of the pages as the kernel writes it, e.g. <c>2MB</c>; bytes.</summary>
    public IReadOnlyList<(string PageSize, ulong Limit)> HugePages { get; init; } = [];

    /// <summary>By the device's name.</summary>
    public IReadOnlyList<(string Device, uint? Handles, uint? Objects)> Rdma { get; init; } = [];

    /// <summary>cgroup v1 alone.</summary>
    public uint? NetworkClass { get; init; }

    /// <summary>By the interface's name; cgroup v1 alone.</summary>
    public IReadOnlyList<(string Interface, uint Priority)> NetworkPriorities { get; init; } = [];

    /// <summary>In their order: the last that fits decides. Null leaves the devices alone.</summary>
    public IReadOnlyList<DeviceRule>? Devices { get; init; }

    /// <summary>Files of a v2 cgroup and what is written to them.</summary>
    public IReadOnlyList<(string File, string Value)> Unified { get; init; } = [];

    /// <summary>Shares of cgroup v1 as the weight of v2: the curve that runc 1.4 and crun 1.23 took over; 2, 1024 and 262144 become 1, 100 and 10000.</summary>
    public static long WeightOf(ulong shares)
    {
        double l = Math.Log2(Math.Clamp(shares, 2UL, 262_144UL));
        return (long)Math.Ceiling(Math.Pow(10, (((l * l) + (125 * l)) / 612.0) - (7.0 / 34.0)));
    }
}
