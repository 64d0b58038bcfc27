using System.Text.Json.Serialization;

namespace Brig.Oci.Runtime;

/// <summary>A rule of the devices controller; null numbers mean all.</summary>
public sealed record DeviceRuleSpec
{
    [JsonPropertyName("allow")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Allow { get; init; }

    [JsonPropertyName("type")]
    public string? Type { get; init; }

    [JsonPropertyName("major")]
    public long? Major { get; init; }

    [JsonPropertyName("minor")]
    public long? Minor { get; init; }

    [JsonPropertyName("access")]
    public string? Access { get; init; }
}
