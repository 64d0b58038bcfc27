using System.Text.Json.Serialization;

namespace Brig.Oci.Runtime;

/// <summary>The weight on one block device.</summary>
public sealed record WeightDeviceSpec
{
    [JsonPropertyName("major")]
    public long Major { get; init; }

    [JsonPropertyName("minor")]
    public long Minor { get; init; }

    [JsonPropertyName("weight")]
    public ushort? Weight { get; init; }

    [JsonPropertyName("leafWeight")]
    public ushort? LeafWeight { get; init; }
}
