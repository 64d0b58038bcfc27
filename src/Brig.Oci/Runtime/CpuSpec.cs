using System.Text.Json.Serialization;

namespace Brig.Oci.Runtime;

/// <summary>Limits of CPU time.</summary>
public sealed record CpuSpec
{
    [JsonPropertyName("shares")]
    public ulong? Shares { get; init; }

    /// <summary>Microseconds in a period.</summary>
    [JsonPropertyName("quota")]
    public long? Quota { get; init; }

    /// <summary>Microseconds.</summary>
    [JsonPropertyName("burst")]
    public ulong? Burst { get; init; }

    /// <summary>Microseconds.</summary>
    [JsonPropertyName("period")]
    public ulong? Period { get; init; }

    [JsonPropertyName("realtimeRuntime")]
    public long? RealtimeRuntime { get; init; }

    [JsonPropertyName("realtimePeriod")]
    public ulong? RealtimePeriod { get; init; }

    [JsonPropertyName("cpus")]
    public string? Cpus { get; init; }

    [JsonPropertyName("mems")]
    public string? Mems { get; init; }

    [JsonPropertyName("idle")]
    public long? Idle { get; init; }

    internal static CpuSpec Read(SpecNode node) => new()
    {
        Shares = node.OptionalNumber<ulong>("shares"),
        Quota = node.OptionalNumber<long>("quota"),
        Burst = node.OptionalNumber<ulong>("burst"),
        Period = node.OptionalNumber<ulong>("period"),
        RealtimeRuntime = node.OptionalNumber<long>("realtimeRuntime"),
        RealtimePeriod = node.OptionalNumber<ulong>("realtimePeriod"),
        Cpus = node.Text("cpus"),
        Mems = node.Text("mems"),
        Idle = node.OptionalNumber<long>("idle"),
    };
}
