using System.Text.Json.Serialization;

namespace Brig.Oci.Runtime;

/// <summary>Limits (runtime-spec config-linux.md#control-groups).</summary>
public sealed record ResourcesSpec
{
    [JsonPropertyName("memory")]
    public MemorySpec? Memory { get; init; }

    [JsonPropertyName("cpu")]
    public CpuSpec? Cpu { get; init; }

    [JsonPropertyName("pids")]
    public PidsSpec? Pids { get; init; }

    [JsonPropertyName("devices")]
    public IReadOnlyList<DeviceRuleSpec>? Devices { get; init; }
}
