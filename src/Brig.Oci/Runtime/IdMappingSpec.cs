using System.Text.Json.Serialization;

namespace Brig.Oci.Runtime;

/// <summary>A run of user or group IDs and what it is on the other side (man 7 user_namespaces).</summary>
public sealed record IdMappingSpec
{
    [JsonPropertyName("containerID")]
    public uint ContainerId { get; init; }

    [JsonPropertyName("hostID")]
    public uint HostId { get; init; }

    [JsonPropertyName("size")]
    public uint Size { get; init; }

    internal static IdMappingSpec Read(SpecNode node) => new()
    {
        ContainerId = node.Number<uint>("containerID"),
        HostId = node.Number<uint>("hostID"),
        Size = node.Number<uint>("size"),
    };
}
