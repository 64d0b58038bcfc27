using System.Text.Json.Serialization;

namespace Brig.Oci.Runtime;

/// <summary>A mount (runtime-spec config.md#mounts).</summary>
public sealed record MountSpec
{
    [JsonPropertyName("destination")]
    public required string Destination { get; init; }

    [JsonPropertyName("type")]
    public string? Type { get; init; }

    [JsonPropertyName("source")]
    public string? Source { get; init; }

    [JsonPropertyName("options")]
    public IReadOnlyList<string>? Options { get; init; }
}
