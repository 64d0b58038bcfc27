using System.Text.Json.Serialization;

namespace Brig.Oci.Runtime;

/// <summary>Programs that are run at points of a container's life (runtime-spec config.md#posix-platform-hooks).</summary>
public sealed record HooksSpec
{
    /// <summary>Deprecated by the specification in favour of the next three.</summary>
    [JsonPropertyName("prestart")]
    public IReadOnlyList<HookSpec>? Prestart { get; init; }

    [JsonPropertyName("createRuntime")]
    public IReadOnlyList<HookSpec>? CreateRuntime { get; init; }

    [JsonPropertyName("createContainer")]
    public IReadOnlyList<HookSpec>? CreateContainer { get; init; }

    [JsonPropertyName("startContainer")]
    public IReadOnlyList<HookSpec>? StartContainer { get; init; }

    [JsonPropertyName("poststart")]
    public IReadOnlyList<HookSpec>? Poststart { get; init; }

    [JsonPropertyName("poststop")]
    public IReadOnlyList<HookSpec>? Poststop { get; init; }

    internal static HooksSpec Read(SpecNode node) => new()
    {
        Prestart = node.List("prestart", HookSpec.Read),
        CreateRuntime = node.List("createRuntime", HookSpec.Read),
        CreateContainer = node.List("createContainer", HookSpec.Read),
        StartContainer = node.List("startContainer", HookSpec.Read),
        Poststart = node.List("poststart", HookSpec.Read),
        Poststop = node.List("poststop", HookSpec.Read),
    };
}
