using System.Text.Json.Serialization;

namespace Brig.Images.Registry.Configuration;

/// <summary>A <c>[[registry.mirror]]</c>: asked before the registry itself, in the order of the file.</summary>
internal sealed class MirrorTable
{
    [JsonPropertyName("location")]
    public string? Location { get; set; }

    [JsonPropertyName("insecure")]
    public bool Insecure { get; set; }

    /// <summary><c>all</c>, <c>digest-only</c> or <c>tag-only</c>.</summary>
    [JsonPropertyName("pull-from-mirror")]
    public string? PullFromMirror { get; set; }
}
