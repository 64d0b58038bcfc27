using System.Text.Json.Serialization;

namespace Brig.Oci.Runtime;

/// <summary>The process to start (runtime-spec config.md#process).</summary>
public sealed record ProcessSpec
{
    [JsonPropertyName("terminal")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Terminal { get; init; }

    [JsonPropertyName("consoleSize")]
    public ConsoleSizeSpec? ConsoleSize { get; init; }

    [JsonPropertyName("user")]
    public required UserSpec User { get; init; }

    [JsonPropertyName("args")]
    public IReadOnlyList<string>? Args { get; init; }

    [JsonPropertyName("env")]
    public IReadOnlyList<string>? Env { get; init; }

    [JsonPropertyName("cwd")]
    public required string Cwd { get; init; }

    [JsonPropertyName("capabilities")]
    public CapabilitiesSpec? Capabilities { get; init; }

    [JsonPropertyName("rlimits")]
    public IReadOnlyList<RlimitSpec>? Rlimits { get; init; }

    [JsonPropertyName("noNewPrivileges")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool NoNewPrivileges { get; init; }

    [JsonPropertyName("apparmorProfile")]
    public string? ApparmorProfile { get; init; }

    [JsonPropertyName("oomScoreAdj")]
    public int? OomScoreAdj { get; init; }

    [JsonPropertyName("scheduler")]
    public SchedulerSpec? Scheduler { get; init; }

    [JsonPropertyName("selinuxLabel")]
    public string? SelinuxLabel { get; init; }

    [JsonPropertyName("ioPriority")]
    public IoPrioritySpec? IoPriority { get; init; }

    /// <summary>For processes that join a running container.</summary>
    [JsonPropertyName("execCPUAffinity")]
    public CpuAffinitySpec? ExecCpuAffinity { get; init; }

    internal static ProcessSpec Read(SpecNode node) => new()
    {
        Terminal = node.Flag("terminal"),
        ConsoleSize = node.Object("consoleSize", ConsoleSizeSpec.Read),
        User = node.RequiredObject("user", UserSpec.Read),
        Args = node.Texts("args"),
        Env = node.Texts("env"),
        Cwd = node.RequiredText("cwd"),
        Capabilities = node.Object("capabilities", CapabilitiesSpec.Read),
        Rlimits = node.List("rlimits", RlimitSpec.Read),
        NoNewPrivileges = node.Flag("noNewPrivileges"),
        ApparmorProfile = node.Text("apparmorProfile"),
        OomScoreAdj = node.OptionalNumber<int>("oomScoreAdj"),
        Scheduler = node.Object("scheduler", SchedulerSpec.Read),
        SelinuxLabel = node.Text("selinuxLabel"),
        IoPriority = node.Object("ioPriority", IoPrioritySpec.Read),
        ExecCpuAffinity = node.Object("execCPUAffinity", CpuAffinitySpec.Read),
    };
}
