using System.Text.Json.Serialization;

namespace Brig.Oci.Runtime;

/// <summary>What a seccomp agent is told (runtime-spec config-linux.md#containerprocessstate).</summary>
public sealed record ContainerProcessStateSpec
{
    [JsonPropertyName("ociVersion")]
    public required string OciVersion { get; init; }

    [JsonPropertyName("fds")]
    public required IReadOnlyList<string> Fds { get; init; }

    [JsonPropertyName("pid")]
    public int Pid { get; init; }

    [JsonPropertyName("metadata")]
    public string? Metadata { get; init; }

    [JsonPropertyName("state")]
    public required StateSpec State { get; init; }
}
