using System.Text.Json.Serialization;

namespace Brig.Oci.Runtime;

/// <summary>A device node (runtime-spec config-linux.md#devices).</summary>
public sealed record DeviceSpec
{
    [JsonPropertyName("path")]
    public required string Path { get; init; }

    /// <summary><c>c</c>, <c>b</c>, <c>u</c> or <c>p</c>.</summary>
    [JsonPropertyName("type")]
    public required string Type { get; init; }

    [JsonPropertyName("major")]
    public long Major { get; init; }

    [JsonPropertyName("minor")]
    public long Minor { get; init; }

    [JsonPropertyName("fileMode")]
    public uint? FileMode { get; init; }

    [JsonPropertyName("uid")]
    public uint? Uid { get; init; }

    [JsonPropertyName("gid")]
    public uint? Gid { get; init; }

    internal static DeviceSpec Read(SpecNode node) => new()
    {
        Path = node.RequiredText("path"),
        Type = node.RequiredText("type"),
        Major = node.Number<long>("major"),
        Minor = node.Number<long>("minor"),
        FileMode = node.OptionalNumber<uint>("fileMode"),
        Uid = node.OptionalNumber<uint>("uid"),
        Gid = node.OptionalNumber<uint>("gid"),
    };
}
