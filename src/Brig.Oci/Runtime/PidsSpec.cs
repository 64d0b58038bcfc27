using System.Text.Json.Serialization;

namespace Brig.Oci.Runtime;

/// <summary>A limit of the number of tasks.</summary>
public sealed record PidsSpec
{
    [JsonPropertyName("limit")]
    public long Limit { get; init; }
}
