using System.Text.Json.Serialization;

namespace Brig.Images.Registry;

/// <summary>What <c>/v2/_catalog</c> answers.</summary>
internal sealed record RepositoryList
{
    [JsonPropertyName("repositories")]
    public IReadOnlyList<string?>? Repositories { get; init; }
}
