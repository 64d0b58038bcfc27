using System.Text.Json.Serialization;

namespace Brig.Oci.Runtime;

/// <summary>The NUMA memory policy (man 2 set_mempolicy).</summary>
public sealed record MemoryPolicySpec
{
    [JsonPropertyName("mode")]
    public required string Mode { get; init; }

    [JsonPropertyName("nodes")]
    public string? Nodes { get; init; }

    [JsonPropertyName("flags")]
    public IReadOnlyList<string>? Flags { get; init; }

    internal static MemoryPolicySpec Read(SpecNode node) => new()
    {
        Mode = node.RequiredText("mode"),
        Nodes = node.Text("nodes"),
        Flags = node.Texts("flags"),
    };
}
