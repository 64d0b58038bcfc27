using System.Text.Json.Serialization;

namespace Brig.Oci.Runtime;

/// <summary>A condition on one argument.</summary>
public sealed record SyscallArgumentSpec
{
    [JsonPropertyName("index")]
    public uint Index { get; init; }

    [JsonPropertyName("value")]
    public ulong Value { get; init; }

    [JsonPropertyName("valueTwo")]
    public ulong ValueTwo { get; init; }

    [JsonPropertyName("op")]
    public required string Op { get; init; }

    internal static SyscallArgumentSpec Read(SpecNode node) => new()
    {
        Index = node.Number<uint>("index"),
        Value = node.Number<ulong>("value"),
        ValueTwo = node.Number<ulong>("valueTwo"),
        Op = node.RequiredText("op"),
    };
}
