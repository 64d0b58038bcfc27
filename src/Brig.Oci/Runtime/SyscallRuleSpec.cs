using System.Text.Json.Serialization;

namespace Brig.Oci.Runtime;

/// <summary>A rule for some system calls.</summary>
public sealed record SyscallRuleSpec
{
    [JsonPropertyName("names")]
    public required IReadOnlyList<string> Names { get; init; }

    [JsonPropertyName("action")]
    public required string Action { get; init; }

    [JsonPropertyName("errnoRet")]
    public uint? ErrnoRet { get; init; }

    /// <summary>All must hold.</summary>
    [JsonPropertyName("args")]
    public IReadOnlyList<SyscallArgumentSpec>? Args { get; init; }

    internal static SyscallRuleSpec Read(SpecNode node) => new()
    {
        Names = node.RequiredTexts("names"),
        Action = node.RequiredText("action"),
        ErrnoRet = node.OptionalNumber<uint>("errnoRet"),
        Args = node.List("args", SyscallArgumentSpec.Read),
    };
}
