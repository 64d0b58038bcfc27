using System.Text.Json.Serialization;

namespace Brig.Oci.Runtime;

/// <summary>Limits on one RDMA device.</summary>
public sealed record RdmaSpec
{
    [JsonPropertyName("hcaHandles")]
    public uint? HcaHandles { get; init; }

    [JsonPropertyName("hcaObjects")]
    public uint? HcaObjects { get; init; }

    internal static RdmaSpec Read(SpecNode node) => new()
    {
        HcaHandles = node.OptionalNumber<uint>("hcaHandles"),
        HcaObjects = node.OptionalNumber<uint>("hcaObjects"),
    };
}
