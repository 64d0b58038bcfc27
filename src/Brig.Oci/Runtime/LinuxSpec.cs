using System.Text.Json.Serialization;

namespace Brig.Oci.Runtime;

/// <summary>What is particular to Linux (runtime-spec config-linux.md).</summary>
public sealed record LinuxSpec
{
    [JsonPropertyName("namespaces")]
    public IReadOnlyList<NamespaceSpec>? Namespaces { get; init; }

    [JsonPropertyName("uidMappings")]
    public IReadOnlyList<IdMappingSpec>? UidMappings { get; init; }

    [JsonPropertyName("gidMappings")]
    public IReadOnlyList<IdMappingSpec>? GidMappings { get; init; }

    /// <summary>By the clock: <c>monotonic</c>, <c>boottime</c>.</summary>
    [JsonPropertyName("timeOffsets")]
    public IReadOnlyDictionary<string, TimeOffsetSpec>? TimeOffsets { get; init; }

    [JsonPropertyName("devices")]
    public IReadOnlyList<DeviceSpec>? Devices { get; init; }

    /// <summary>By the name in the runtime's network namespace.</summary>
    [JsonPropertyName("netDevices")]
    public IReadOnlyDictionary<string, NetDeviceSpec>? NetDevices { get; init; }

    [JsonPropertyName("cgroupsPath")]
    public string? CgroupsPath { get; init; }

    [JsonPropertyName("resources")]
    public ResourcesSpec? Resources { get; init; }

    [JsonPropertyName("rootfsPropagation")]
    public string? RootfsPropagation { get; init; }

    [JsonPropertyName("seccomp")]
    public SeccompSpec? Seccomp { get; init; }

    [JsonPropertyName("sysctl")]
    public IReadOnlyDictionary<string, string>? Sysctl { get; init; }

    [JsonPropertyName("maskedPaths")]
    public IReadOnlyList<string>? MaskedPaths { get; init; }

    [JsonPropertyName("readonlyPaths")]
    public IReadOnlyList<string>? ReadonlyPaths { get; init; }

    [JsonPropertyName("mountLabel")]
    public string? MountLabel { get; init; }

    [JsonPropertyName("personality")]
    public PersonalitySpec? Personality { get; init; }

    [JsonPropertyName("intelRdt")]
    public IntelRdtSpec? IntelRdt { get; init; }

    [JsonPropertyName("memoryPolicy")]
    public MemoryPolicySpec? MemoryPolicy { get; init; }

    internal static LinuxSpec Read(SpecNode node) => new()
    {
        Namespaces = node.List("namespaces", NamespaceSpec.Read),
        UidMappings = node.List("uidMappings", IdMappingSpec.Read),
        GidMappings = node.List("gidMappings", IdMappingSpec.Read),
        TimeOffsets = node.Map("timeOffsets", TimeOffsetSpec.Read),
        Devices = node.List("devices", DeviceSpec.Read),
        NetDevices = node.Map("netDevices", NetDeviceSpec.Read),
        CgroupsPath = node.Text("cgroupsPath"),
        Resources = node.Object("resources", ResourcesSpec.Read),
        RootfsPropagation = node.Text("rootfsPropagation"),
        Seccomp = node.Object("seccomp", SeccompSpec.Read),
        Sysctl = node.TextMap("sysctl"),
        MaskedPaths = node.Texts("maskedPaths"),
        ReadonlyPaths = node.Texts("readonlyPaths"),
        MountLabel = node.Text("mountLabel"),
        Personality = node.Object("personality", PersonalitySpec.Read),
        IntelRdt = node.Object("intelRdt", IntelRdtSpec.Read),
        MemoryPolicy = node.Object("memoryPolicy", MemoryPolicySpec.Read),
    };
}
