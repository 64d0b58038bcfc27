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

    internal static DeviceRuleSpec Read(SpecNode node) => new()
    {
        Allow = node.Flag("allow"),
        Type = node.Text("type"),
        Major = node.OptionalNumber<long>("major"),
        Minor = node.OptionalNumber<long>("minor"),
        Access = node.Text("access"),
    };
}
