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

    internal static WeightDeviceSpec Read(SpecNode node) => new()
    {
        Major = node.Number<long>("major"),
        Minor = node.Number<long>("minor"),
        Weight = node.OptionalNumber<ushort>("weight"),
        LeafWeight = node.OptionalNumber<ushort>("leafWeight"),
    };
}
