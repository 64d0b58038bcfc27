using System.Text.Json.Serialization;

namespace Brig.Oci.Runtime;

/// <summary>The I/O priority of the process (man 2 ioprio_set).</summary>
public sealed record IoPrioritySpec
{
    [JsonPropertyName("class")]
    public required string Class { get; init; }

    /// <summary>0 (highest) to 7.</summary>
    [JsonPropertyName("priority")]
    public int Priority { get; init; }

    internal static IoPrioritySpec Read(SpecNode node) => new()
    {
        Class = node.RequiredText("class"),
        Priority = node.Number<int>("priority"),
    };
}
