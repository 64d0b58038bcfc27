using System.Text.Json.Serialization;

namespace Brig.Oci.Runtime;

/// <summary>Limits (runtime-spec config-linux.md#control-groups).</summary>
public sealed record ResourcesSpec
{
    [JsonPropertyName("devices")]
    public IReadOnlyList<DeviceRuleSpec>? Devices { get; init; }

    [JsonPropertyName("memory")]
    public MemorySpec? Memory { get; init; }

    [JsonPropertyName("cpu")]
    public CpuSpec? Cpu { get; init; }

    [JsonPropertyName("pids")]
    public PidsSpec? Pids { get; init; }

    [JsonPropertyName("blockIO")]
    public BlockIoSpec? BlockIo { get; init; }

    [JsonPropertyName("hugepageLimits")]
    public IReadOnlyList<HugepageLimitSpec>? HugepageLimits { get; init; }

    [JsonPropertyName("network")]
    public NetworkClassSpec? Network { get; init; }

    [JsonPropertyName("rdma")]
    public IReadOnlyDictionary<string, RdmaSpec>? Rdma { get; init; }

    /// <summary>Files of the v2 cgroup and what is written to them.</summary>
    [JsonPropertyName("unified")]
    public IReadOnlyDictionary<string, string>? Unified { get; init; }

    internal static ResourcesSpec Read(SpecNode node) => new()
    {
        Devices = node.List("devices", DeviceRuleSpec.Read),
        Memory = node.Object("memory", MemorySpec.Read),
        Cpu = node.Object("cpu", CpuSpec.Read),
        Pids = node.Object("pids", PidsSpec.Read),
        BlockIo = node.Object("blockIO", BlockIoSpec.Read),
        HugepageLimits = node.List("hugepageLimits", HugepageLimitSpec.Read),
        Network = node.Object("network", NetworkClassSpec.Read),
        Rdma = node.Map("rdma", RdmaSpec.Read),
        Unified = node.TextMap("unified"),
    };
}
