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
}
