using System.Text.Json.Serialization;

namespace Brig.Oci.Runtime;

/// <summary>The scheduling policy of the process (man 2 sched_setattr).</summary>
public sealed record SchedulerSpec
{
    [JsonPropertyName("policy")]
    public required string Policy { get; init; }

    [JsonPropertyName("nice")]
    public int? Nice { get; init; }

    [JsonPropertyName("priority")]
    public int? Priority { get; init; }

    [JsonPropertyName("flags")]
    public IReadOnlyList<string>? Flags { get; init; }

    /// <summary>Nanoseconds, as the next two.</summary>
    [JsonPropertyName("runtime")]
    public ulong? Runtime { get; init; }

    [JsonPropertyName("deadline")]
    public ulong? Deadline { get; init; }

    [JsonPropertyName("period")]
    public ulong? Period { get; init; }

    internal static SchedulerSpec Read(SpecNode node) => new()
    {
        Policy = node.RequiredText("policy"),
        Nice = node.OptionalNumber<int>("nice"),
        Priority = node.OptionalNumber<int>("priority"),
        Flags = node.Texts("flags"),
        Runtime = node.OptionalNumber<ulong>("runtime"),
        Deadline = node.OptionalNumber<ulong>("deadline"),
        Period = node.OptionalNumber<ulong>("period"),
    };
}
