using System.Text.Json.Serialization;

namespace Brig.Oci.Runtime;

/// <summary>The priority of packets that leave by an interface.</summary>
public sealed record InterfacePrioritySpec
{
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    [JsonPropertyName("priority")]
    public uint Priority { get; init; }

    internal static InterfacePrioritySpec Read(SpecNode node) => new()
    {
        Name = node.RequiredText("name"),
        Priority = node.Number<uint>("priority"),
    };
}
