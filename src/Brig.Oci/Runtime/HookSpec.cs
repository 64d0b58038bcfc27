using System.Text.Json.Serialization;

namespace Brig.Oci.Runtime;

/// <summary>One program of a hook.</summary>
public sealed record HookSpec
{
    /// <summary>Absolute.</summary>
    [JsonPropertyName("path")]
    public required string Path { get; init; }

    /// <summary>With the program's name first; null is the path alone.</summary>
    [JsonPropertyName("args")]
    public IReadOnlyList<string>? Args { get; init; }

    [JsonPropertyName("env")]
    public IReadOnlyList<string>? Env { get; init; }

    /// <summary>Seconds, more than zero.</summary>
    [JsonPropertyName("timeout")]
    public int? Timeout { get; init; }

    internal static HookSpec Read(SpecNode node) => new()
    {
        Path = node.RequiredText("path"),
        Args = node.Texts("args"),
        Env = node.Texts("env"),
        Timeout = node.OptionalNumber<int>("timeout"),
    };
}
