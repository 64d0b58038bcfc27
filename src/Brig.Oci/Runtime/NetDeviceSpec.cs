using System.Text.Json.Serialization;

namespace Brig.Oci.Runtime;

/// <summary>A network device that is moved into the container.</summary>
public sealed record NetDeviceSpec
{
    /// <summary>Its name there; null keeps the one it has.</summary>
    [JsonPropertyName("name")]
    public string? Name { get; init; }

    internal static NetDeviceSpec Read(SpecNode node) => new()
    {
        Name = node.Text("name"),
    };
}
