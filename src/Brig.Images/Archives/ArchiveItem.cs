using System.Text.Json.Serialization;

namespace Brig.Images.Archives;

/// <summary>An image in the <c>manifest.json</c> of a Docker archive.</summary>
internal sealed record ArchiveItem
{
    [JsonPropertyName("Config")]
    public string? Config { get; init; }

    [JsonPropertyName("RepoTags")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<string>? RepoTags { get; init; }

    /// <summary>Names of files in the archive, lowest layer first.</summary>
    [JsonPropertyName("Layers")]
    public IReadOnlyList<string>? Layers { get; init; }
}
