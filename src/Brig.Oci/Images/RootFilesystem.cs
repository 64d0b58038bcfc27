using System.Text.Json.Serialization;

namespace Brig.Oci.Images;

/// <summary>The <c>rootfs</c> of an image configuration: the diff IDs, lowest layer first.</summary>
public sealed record RootFilesystem
{
    [JsonPropertyName("type")]
    public required string Type { get; init; }

    [JsonPropertyName("diff_ids")]
    public required IReadOnlyList<DiffId> DiffIds { get; init; }
}
