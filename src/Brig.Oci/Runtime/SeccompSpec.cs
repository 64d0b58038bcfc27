using System.Text.Json.Serialization;

namespace Brig.Oci.Runtime;

/// <summary>A system call policy (runtime-spec config-linux.md#seccomp).</summary>
public sealed record SeccompSpec
{
    [JsonPropertyName("defaultAction")]
    public required string DefaultAction { get; init; }

    [JsonPropertyName("defaultErrnoRet")]
    public uint? DefaultErrnoRet { get; init; }

    [JsonPropertyName("architectures")]
    public IReadOnlyList<string>? Architectures { get; init; }

    [JsonPropertyName("flags")]
    public IReadOnlyList<string>? Flags { get; init; }

    /// <summary>The socket of the agent that answers SCMP_ACT_NOTIFY.</summary>
    [JsonPropertyName("listenerPath")]
    public string? ListenerPath { get; init; }

    [JsonPropertyName("listenerMetadata")]
    public string? ListenerMetadata { get; init; }

    [JsonPropertyName("syscalls")]
    public IReadOnlyList<SyscallRuleSpec>? Syscalls { get; init; }

    internal static SeccompSpec Read(SpecNode node) => new()
    {
        DefaultAction = node.RequiredText("defaultAction"),
        DefaultErrnoRet = node.OptionalNumber<uint>("defaultErrnoRet"),
        Architectures = node.Texts("architectures"),
        Flags = node.Texts("flags"),
        ListenerPath = node.Text("listenerPath"),
        ListenerMetadata = node.Text("listenerMetadata"),
        Syscalls = node.List("syscalls", SyscallRuleSpec.Read),
    };
}
