using System.Text.Json.Serialization;

namespace Brig.Oci.Runtime;

/// <summary>A container's configuration (runtime-spec config.md).</summary>
public sealed record RuntimeSpec
{
    [JsonPropertyName("ociVersion")]
    public required string OciVersion { get; init; }

    [JsonPropertyName("process")]
    public ProcessSpec? Process { get; init; }

    [JsonPropertyName("root")]
    public RootSpec? Root { get; init; }

    [JsonPropertyName("hostname")]
    public string? Hostname { get; init; }

    [JsonPropertyName("domainname")]
    public string? Domainname { get; init; }

    [JsonPropertyName("mounts")]
    public IReadOnlyList<MountSpec>? Mounts { get; init; }

    [JsonPropertyName("hooks")]
    public HooksSpec? Hooks { get; init; }

    [JsonPropertyName("annotations")]
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    [JsonPropertyName("linux")]
    public LinuxSpec? Linux { get; init; }

    internal static RuntimeSpec Read(SpecNode node) => new()
    {
        OciVersion = node.RequiredText("ociVersion"),
        Process = node.Object("process", ProcessSpec.Read),
        Root = node.Object("root", RootSpec.Read),
        Hostname = node.Text("hostname"),
        Domainname = node.Text("domainname"),
        Mounts = node.List("mounts", MountSpec.Read),
        Hooks = node.Object("hooks", HooksSpec.Read),
        Annotations = node.TextMap("annotations"),
        Linux = node.Object("linux", LinuxSpec.Read),
    };
}
