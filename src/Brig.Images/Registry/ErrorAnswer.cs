using System.Text.Json.Serialization;

namespace Brig.Images.Registry;

/// <summary>The body of a refusal (distribution-spec "Error codes").</summary>
internal sealed record ErrorAnswer
{
    [JsonPropertyName("errors")]
    public IReadOnlyList<ErrorEntry?>? Errors { get; init; }
}
