using System.Text.Json.Serialization;

namespace Brig.Oci.Runtime;

/// <summary>A container's state as callers and hooks see it (runtime-spec runtime.md#state).</summary>
public sealed record StateSpec
{
    [JsonPropertyName("ociVersion")]
    public required string OciVersion { get; init; }

    [JsonPropertyName("id")]
    public required string Id { get; init; }

    [JsonPropertyName("status")]
    public required string Status { get; init; }

    [JsonPropertyName("pid")]
    public int Pid { get; init; }

    [JsonPropertyName("bundle")]
    public required string Bundle { get; init; }

    [JsonPropertyName("annotations")]
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
}
