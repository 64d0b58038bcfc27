using System.Text.Json.Serialization;

namespace Brig.Images.Registry.Configuration;

/// <summary>A <c>[[registry]]</c>: what holds for all names below a prefix.</summary>
internal sealed class RegistryTable
{
    /// <summary>A registry with or without a path, or <c>*.example.com</c>; where it is missing it is the location.</summary>
    [JsonPropertyName("prefix")]
    public string? Prefix { get; set; }

    /// <summary>What takes the prefix's place; where it is missing it is the prefix.</summary>
    [JsonPropertyName("location")]
    public string? Location { get; set; }

    [JsonPropertyName("insecure")]
    public bool Insecure { get; set; }

    [JsonPropertyName("blocked")]
    public bool Blocked { get; set; }

    [JsonPropertyName("mirror-by-digest-only")]
    public bool MirrorByDigestOnly { get; set; }

    [JsonPropertyName("mirror")]
    public List<MirrorTable>? Mirrors { get; set; }
}
