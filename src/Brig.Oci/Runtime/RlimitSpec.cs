using System.Text.Json.Serialization;

namespace Brig.Oci.Runtime;

/// <summary>A resource limit (man 2 getrlimit).</summary>
public sealed record RlimitSpec
{
    /// <summary>E.g. <c>RLIMIT_NOFILE</c>.</summary>
    [JsonPropertyName("type")]
    public required string Type { get; init; }

    [JsonPropertyName("hard")]
    public ulong Hard { get; init; }

    [JsonPropertyName("soft")]
    public ulong Soft { get; init; }

    internal static RlimitSpec Read(SpecNode node) => new()
    {
        Type = node.RequiredText("type"),
        Hard = node.Number<ulong>("hard"),
        Soft = node.Number<ulong>("soft"),
    };
}
