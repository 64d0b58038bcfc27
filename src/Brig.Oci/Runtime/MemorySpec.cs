using System.Text.Json.Serialization;

namespace Brig.Oci.Runtime;

/// <summary>Limits of memory in bytes; -1 is unlimited.</summary>
public sealed record MemorySpec
{
    [JsonPropertyName("limit")]
    public long? Limit { get; init; }

    [JsonPropertyName("reservation")]
    public long? Reservation { get; init; }

    /// <summary>Memory and swap together.</summary>
    [JsonPropertyName("swap")]
    public long? Swap { get; init; }

    /// <summary>Accepted and left alone: the kernel gave it up.</summary>
    [JsonPropertyName("kernel")]
    public long? Kernel { get; init; }

    [JsonPropertyName("kernelTCP")]
    public long? KernelTcp { get; init; }

    /// <summary>0 to 100.</summary>
    [JsonPropertyName("swappiness")]
    public ulong? Swappiness { get; init; }

    [JsonPropertyName("disableOOMKiller")]
    public bool? DisableOomKiller { get; init; }

    [JsonPropertyName("useHierarchy")]
    public bool? UseHierarchy { get; init; }

    /// <summary>Refuse a new limit below what is in use.</summary>
    [JsonPropertyName("checkBeforeUpdate")]
    public bool? CheckBeforeUpdate { get; init; }

    internal static MemorySpec Read(SpecNode node) => new()
    {
        Limit = node.OptionalNumber<long>("limit"),
        Reservation = node.OptionalNumber<long>("reservation"),
        Swap = node.OptionalNumber<long>("swap"),
        Kernel = node.OptionalNumber<long>("kernel"),
        KernelTcp = node.OptionalNumber<long>("kernelTCP"),
        Swappiness = node.OptionalNumber<ulong>("swappiness"),
        DisableOomKiller = node.OptionalFlag("disableOOMKiller"),
        UseHierarchy = node.OptionalFlag("useHierarchy"),
        CheckBeforeUpdate = node.OptionalFlag("checkBeforeUpdate"),
    };
}
