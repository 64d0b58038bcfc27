using System.Text.Json.Serialization;

namespace Brig.Oci.Runtime;

/// <summary>A rate on one block device, in bytes or operations a second.</summary>
public sealed record ThrottleDeviceSpec
{
    [JsonPropertyName("major")]
    public long Major { get; init; }

    [JsonPropertyName("minor")]
    public long Minor { get; init; }

    [JsonPropertyName("rate")]
    public ulong Rate { get; init; }

    internal static ThrottleDeviceSpec Read(SpecNode node) => new()
    {
        Major = node.Number<long>("major"),
        Minor = node.Number<long>("minor"),
        Rate = node.Number<ulong>("rate"),
    };
}
