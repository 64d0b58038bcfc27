using System.Text.Json.Serialization;

namespace Brig.Oci.Runtime;

/// <summary>Weights and limits of block devices.</summary>
public sealed record BlockIoSpec
{
    [JsonPropertyName("weight")]
    public ushort? Weight { get; init; }

    [JsonPropertyName("leafWeight")]
    public ushort? LeafWeight { get; init; }

    [JsonPropertyName("weightDevice")]
    public IReadOnlyList<WeightDeviceSpec>? WeightDevice { get; init; }

    [JsonPropertyName("throttleReadBpsDevice")]
    public IReadOnlyList<ThrottleDeviceSpec>? ThrottleReadBpsDevice { get; init; }

    [JsonPropertyName("throttleWriteBpsDevice")]
    public IReadOnlyList<ThrottleDeviceSpec>? ThrottleWriteBpsDevice { get; init; }

    [JsonPropertyName("throttleReadIOPSDevice")]
    public IReadOnlyList<ThrottleDeviceSpec>? ThrottleReadIopsDevice { get; init; }

    [JsonPropertyName("throttleWriteIOPSDevice")]
    public IReadOnlyList<ThrottleDeviceSpec>? ThrottleWriteIopsDevice { get; init; }

    internal static BlockIoSpec Read(SpecNode node) => new()
    {
        Weight = node.OptionalNumber<ushort>("weight"),
        LeafWeight = node.OptionalNumber<ushort>("leafWeight"),
        WeightDevice = node.List("weightDevice", WeightDeviceSpec.Read),
        ThrottleReadBpsDevice = node.List("throttleReadBpsDevice", ThrottleDeviceSpec.Read),
        ThrottleWriteBpsDevice = node.List("throttleWriteBpsDevice", ThrottleDeviceSpec.Read),
        ThrottleReadIopsDevice = node.List("throttleReadIOPSDevice", ThrottleDeviceSpec.Read),
        ThrottleWriteIopsDevice = node.List("throttleWriteIOPSDevice", ThrottleDeviceSpec.Read),
    };
}
