using System.Text.Json.Serialization;

namespace Brig.Oci.Runtime;

/// <summary>A mount (runtime-spec config.md#mounts).</summary>
public sealed record MountSpec
{
    [JsonPropertyName("destination")]
    public required string Destination { get; init; }

    [JsonPropertyName("type")]
    public string? Type { get; init; }

    [JsonPropertyName("source")]
    public string? Source { get; init; }

    [JsonPropertyName("options")]
    public IReadOnlyList<string>? Options { get; init; }

    /// <summary>For an idmapped mount.</summary>
    [JsonPropertyName("uidMappings")]
    public IReadOnlyList<IdMappingSpec>? UidMappings { get; init; }

    [JsonPropertyName("gidMappings")]
    public IReadOnlyList<IdMappingSpec>? GidMappings { get; init; }

    internal static MountSpec Read(SpecNode node) => new()
    {
        Destination = node.RequiredText("destination"),
        Type = node.Text("type"),
        Source = node.Text("source"),
        Options = node.Texts("options"),
        UidMappings = node.List("uidMappings", IdMappingSpec.Read),
        GidMappings = node.List("gidMappings", IdMappingSpec.Read),
    };
}
