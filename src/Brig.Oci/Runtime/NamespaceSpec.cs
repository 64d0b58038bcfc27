using System.Text.Json.Serialization;

namespace Brig.Oci.Runtime;

/// <summary>A namespace to make, or with a path to join.</summary>
public sealed record NamespaceSpec
{
    /// <summary><c>pid network mount ipc uts user cgroup time</c>.</summary>
    [JsonPropertyName("type")]
    public required string Type { get; init; }

    [JsonPropertyName("path")]
    public string? Path { get; init; }

    internal static NamespaceSpec Read(SpecNode node) => new()
    {
        Type = node.RequiredText("type"),
        Path = node.Text("path"),
    };
}
