using System.Text.Json.Serialization;

namespace Brig.Oci.Runtime;

/// <summary>Intel Resource Director Technology (runtime-spec config-linux.md#intelrdt).</summary>
public sealed record IntelRdtSpec
{
    [JsonPropertyName("closID")]
    public string? ClosId { get; init; }

    [JsonPropertyName("l3CacheSchema")]
    public string? L3CacheSchema { get; init; }

    [JsonPropertyName("memBwSchema")]
    public string? MemBwSchema { get; init; }

    [JsonPropertyName("schemata")]
    public IReadOnlyList<string>? Schemata { get; init; }

    [JsonPropertyName("enableMonitoring")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool EnableMonitoring { get; init; }

    internal static IntelRdtSpec Read(SpecNode node) => new()
    {
        ClosId = node.Text("closID"),
        L3CacheSchema = node.Text("l3CacheSchema"),
        MemBwSchema = node.Text("memBwSchema"),
        Schemata = node.Texts("schemata"),
        EnableMonitoring = node.Flag("enableMonitoring"),
    };
}
