namespace Brig.Linux;

/// <summary>Limits of a cgroup; null leaves the kernel's default. Memory is in bytes, -1 is unlimited.</summary>
public sealed record CgroupResources
{
    public long? Memory { get; init; }

    /// <summary>Memory and swap together, as cgroup v1 counts and Docker says.</summary>
    public long? MemoryAndSwap { get; init; }

    public long? MemoryReservation { get; init; }

    /// <summary>CPU time in a period, in microseconds.</summary>
    public long? CpuQuota { get; init; }

    /// <summary>Microseconds.</summary>
    public ulong? CpuPeriod { get; init; }

    /// <summary>Relative weight as cgroup v1 has it, 2 to 262144, 1024 by default.</summary>
    public ulong? CpuShares { get; init; }

    public string? CpusetCpus { get; init; }

    public string? CpusetMems { get; init; }

    /// <summary>0 or less is unlimited.</summary>
    public long? Pids { get; init; }
}
