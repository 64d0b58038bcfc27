using System.Text.Json.Serialization;

namespace Brig.Oci.Runtime;

/// <summary>The five capability sets, names with <c>CAP_</c> (man 7 capabilities).</summary>
public sealed record CapabilitiesSpec
{
    [JsonPropertyName("bounding")]
    public IReadOnlyList<string>? Bounding { get; init; }

    [JsonPropertyName("effective")]
    public IReadOnlyList<string>? Effective { get; init; }

    [JsonPropertyName("inheritable")]
    public IReadOnlyList<string>? Inheritable { get; init; }

    [JsonPropertyName("permitted")]
    public IReadOnlyList<string>? Permitted { get; init; }

    [JsonPropertyName("ambient")]
    public IReadOnlyList<string>? Ambient { get; init; }

    internal static CapabilitiesSpec Read(SpecNode node) => new()
    {
        Bounding = node.Texts("bounding"),
        Effective = node.Texts("effective"),
        Inheritable = node.Texts("inheritable"),
        Permitted = node.Texts("permitted"),
        Ambient = node.Texts("ambient"),
    };
}
