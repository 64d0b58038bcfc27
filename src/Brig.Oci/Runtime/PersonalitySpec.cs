using System.Text.Json.Serialization;

namespace Brig.Oci.Runtime;

/// <summary>The execution domain (man 2 personality).</summary>
public sealed record PersonalitySpec
{
    /// <summary><c>LINUX</c> or <c>LINUX32</c>.</summary>
    [JsonPropertyName("domain")]
    public required string Domain { get; init; }

    [JsonPropertyName("flags")]
    public IReadOnlyList<string>? Flags { get; init; }

    internal static PersonalitySpec Read(SpecNode node) => new()
    {
        Domain = node.RequiredText("domain"),
        Flags = node.Texts("flags"),
    };
}
