using System.Text.Json;
using System.Text.Json.Serialization;

namespace Brig.Images.Registry;

/// <summary>As much of a document as tells what it is.</summary>
internal sealed record ManifestProbe
{
    [JsonPropertyName("schemaVersion")]
    public int SchemaVersion { get; init; }

    [JsonPropertyName("mediaType")]
    public string? MediaType { get; init; }

    [JsonPropertyName("manifests")]
    public JsonElement? Manifests { get; init; }

    [JsonPropertyName("layers")]
    public JsonElement? Layers { get; init; }
}
