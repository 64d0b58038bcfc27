using System.Text.Json.Serialization;

namespace Brig.Images.Registry;

/// <summary>A page of a repository's tags (distribution-spec, "Content discovery").</summary>
internal sealed record TagList
{
    [JsonPropertyName("tags")]
    public IReadOnlyList<string?>? Tags { get; init; }
}
