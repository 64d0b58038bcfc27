using System.Text.Json.Serialization;

namespace Brig.Oci.Runtime;

/// <summary>Who the process is (runtime-spec config.md#user).</summary>
public sealed record UserSpec
{
    [JsonPropertyName("uid")]
    public uint Uid { get; init; }

    [JsonPropertyName("gid")]
    public uint Gid { get; init; }

    [JsonPropertyName("umask")]
    public uint? Umask { get; init; }

    [JsonPropertyName("additionalGids")]
    public IReadOnlyList<uint>? AdditionalGids { get; init; }

    internal static UserSpec Read(SpecNode node) => new()
    {
        Uid = node.Number<uint>("uid"),
        Gid = node.Number<uint>("gid"),
        Umask = node.OptionalNumber<uint>("umask"),
        AdditionalGids = node.Numbers<uint>("additionalGids"),
    };
}
