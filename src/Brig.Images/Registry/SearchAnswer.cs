using System.Text.Json.Serialization;

namespace Brig.Images.Registry;

/// <summary>What <c>/v1/search</c> answers.</summary>
internal sealed record SearchAnswer
{
    [JsonPropertyName("results")]
    public IReadOnlyList<SearchResult?>? Results { get; init; }
}
