namespace Brig.Containers.Specifications;

/// <summary>Limits that were asked for; 0 is none.</summary>
public sealed record ResourceRequest
{
    /// <summary>Bytes.</summary>
    public long Memory { get; init; }

    /// <summary>Memory and swap in bytes; 0 is twice the memory, -1 unlimited.</summary>
    public long MemorySwap { get; init; }

    public long MemoryReservation { get; init; }

    /// <summary>CPUs times 10⁹.</summary>
    public long NanoCpus { get; init; }

    public long CpuShares { get; init; }

    public string? CpusetCpus { get; init; }

    public string? CpusetMems { get; init; }

    public long PidsLimit { get; init; }
}
