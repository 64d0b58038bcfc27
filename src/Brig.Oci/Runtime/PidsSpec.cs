using System.Text.Json.Serialization;

namespace Brig.Oci.Runtime;

/// <summary>A limit of the number of tasks.</summary>
public sealed record PidsSpec
{
    /// <summary>-1 is unlimited.</summary>
    [JsonPropertyName("limit")]
    public long? Limit { get; init; }

    internal static PidsSpec Read(SpecNode node) => new()
    {
        Limit = node.OptionalNumber<long>("limit"),
    };
}
