using System.Text.Json.Serialization;

namespace Brig.Oci.Runtime;

/// <summary>How far a clock of a time namespace is ahead (man 7 time_namespaces).</summary>
public sealed record TimeOffsetSpec
{
    [JsonPropertyName("secs")]
    public long Secs { get; init; }

    [JsonPropertyName("nanosecs")]
    public uint Nanosecs { get; init; }

    internal static TimeOffsetSpec Read(SpecNode node) => new()
    {
        Secs = node.Number<long>("secs"),
        Nanosecs = node.Number<uint>("nanosecs"),
    };
}
