using System.Text.Json.Serialization;

namespace Brig.Oci.Images;

/// <summary>An image manifest, OCI's or Docker's schema 2 (image-spec manifest.md).</summary>
public sealed record ImageManifest
{
    [JsonPropertyName("schemaVersion")]
    public required int SchemaVersion { get; init; }

    [JsonPropertyName("mediaType")]
    public string? MediaType { get; init; }

    [JsonPropertyName("artifactType")]
    public string? ArtifactType { get; init; }

    [JsonPropertyName("config")]
    public required Descriptor Config { get; init; }

    /// <summary>Lowest layer first.</summary>
    [JsonPropertyName("layers")]
    public required IReadOnlyList<Descriptor> Layers { get; init; }

    /// <summary>What is in it where it is no image: the artifact type, else the configuration's type. An attestation is told by its statements, since its configuration looks like an image's.</summary>
    [JsonIgnore]
    public string KindOfArtifact => ArtifactType is { Length: > 0 } told ? told
        : MediaTypes.IsConfig(Config.MediaType) && Layers is [var first, ..] ? first.MediaType
        : Config.MediaType;

    /// <summary>Whether it is an image's: its configuration is one, and its layers are no statements about others.</summary>
    [JsonIgnore]
    public bool IsImage => MediaTypes.IsConfig(Config.MediaType) && string.IsNullOrEmpty(ArtifactType) && !Layers.Any(layer => layer.MediaType == MediaTypes.InToto);

    /// <summary>The manifest that this one says something about.</summary>
    [JsonPropertyName("subject")]
    public Descriptor? Subject { get; init; }

    [JsonPropertyName("annotations")]
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
}
