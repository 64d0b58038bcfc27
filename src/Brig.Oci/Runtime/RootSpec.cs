using System.Text.Json.Serialization;

namespace Brig.Oci.Runtime;

/// <summary>The root file system (runtime-spec config.md#root).</summary>
public sealed record RootSpec
{
    [JsonPropertyName("path")]
    public required string Path { get; init; }

    [JsonPropertyName("readonly")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Readonly { get; init; }

    internal static RootSpec Read(SpecNode node) => new()
    {
        Path = node.RequiredText("path"),
        Readonly = node.Flag("readonly"),
    };
}
