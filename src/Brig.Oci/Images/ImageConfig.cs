using System.Text.Json.Serialization;

namespace Brig.Oci.Images;

/// <summary>The configuration of an image (image-spec config.md), with the fields that Docker adds.</summary>
public sealed record ImageConfig
{
    [JsonPropertyName("created")]
    public DateTimeOffset? Created { get; init; }

    [JsonPropertyName("author")]
    public string? Author { get; init; }

    [JsonPropertyName("architecture")]
    public required string Architecture { get; init; }

    [JsonPropertyName("variant")]
    public string? Variant { get; init; }

    [JsonPropertyName("os")]
    public required string Os { get; init; }

    [JsonPropertyName("os.version")]
    public string? OsVersion { get; init; }

    [JsonPropertyName("config")]
    public ExecutionConfig? Config { get; init; }

    [JsonPropertyName("rootfs")]
    public required RootFilesystem RootFs { get; init; }

    [JsonPropertyName("history")]
    public IReadOnlyList<History>? History { get; init; }

    /// <summary>The records of a build cache that the image carries, as JSON; no part of the OCI's document.</summary>
    [JsonPropertyName("brig.build-cache.v1")]
    public string? BuildCache { get; init; }
}
