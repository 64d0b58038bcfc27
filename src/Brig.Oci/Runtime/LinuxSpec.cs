using System.Text.Json.Serialization;

namespace Brig.Oci.Runtime;

/// <summary>What is particular to Linux (runtime-spec config-linux.md).</summary>
public sealed record LinuxSpec
{
    [JsonPropertyName("namespaces")]
    public IReadOnlyList<NamespaceSpec>? Namespaces { get; init; }

    [JsonPropertyName("devices")]
    public IReadOnlyList<DeviceSpec>? Devices { get; init; }

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
}
