using System.Text.Json.Serialization;

namespace Brig.Oci.Runtime;

/// <summary>The class and priorities of packets (cgroup v1 net_cls and net_prio).</summary>
public sealed record NetworkClassSpec
{
    [JsonPropertyName("classID")]
    public uint? ClassId { get; init; }

    [JsonPropertyName("priorities")]
    public IReadOnlyList<InterfacePrioritySpec>? Priorities { get; init; }

    internal static NetworkClassSpec Read(SpecNode node) => new()
    {
        ClassId = node.OptionalNumber<uint>("classID"),
        Priorities = node.List("priorities", InterfacePrioritySpec.Read),
    };
}
