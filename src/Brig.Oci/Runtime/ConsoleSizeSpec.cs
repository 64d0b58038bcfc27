using System.Text.Json.Serialization;

namespace Brig.Oci.Runtime;

/// <summary>The size of the terminal in characters.</summary>
public sealed record ConsoleSizeSpec
{
    [JsonPropertyName("height")]
    public uint Height { get; init; }

    [JsonPropertyName("width")]
    public uint Width { get; init; }

    internal static ConsoleSizeSpec Read(SpecNode node) => new()
    {
        Height = node.Number<uint>("height"),
        Width = node.Number<uint>("width"),
    };
}
