using System.Text.Json.Serialization;

namespace Brig.Oci.Runtime;

/// <summary>The CPUs of a further process: before and after it is in the container's cgroup, as lists such as <c>0-3,7</c>.</summary>
public sealed record CpuAffinitySpec
{
    [JsonPropertyName("initial")]
    public string? Initial { get; init; }

    [JsonPropertyName("final")]
    public string? Final { get; init; }

    internal static CpuAffinitySpec Read(SpecNode node) => new()
    {
        Initial = node.Text("initial"),
        Final = node.Text("final"),
    };
}
