using System.Text.Json;
using Brig.Linux;
using Brig.Oci.Runtime;

namespace Brig.Runtime.State;

/// <summary>What is kept of a container between two commands: one file, replaced as a whole.</summary>
public sealed record ContainerRecord
{
    public required string Id { get; init; }

    public required string Bundle { get; init; }

    public required string Rootfs { get; init; }

    public required DateTimeOffset Created { get; init; }

    public string Owner { get; init; } = "";

    /// <summary>The first process; null while the container is being made.</summary>
    public ProcessIdentity? Init { get; init; }

    /// <summary>Relative to every hierarchy; null where the container has none of its own.</summary>
    public string? Cgroup { get; init; }

    /// <summary>The systemd scope that holds the cgroup.</summary>
    public string? Unit { get; init; }

    /// <summary>What a failure behind the gate means: operation and subject of each step of the launch.</summary>
    public IReadOnlyList<string[]> Steps { get; init; } = [];

    /// <summary>The directory of resctrl that was made for it.</summary>
    public string? ResourceGroup { get; init; }

    /// <summary>Whether killing the first process ends all others: it is the first of its own pid namespace.</summary>
    public bool OwnsPids { get; init; }

    /// <summary>Whether <c>start</c> has to fetch the seccomp listener: the filter is installed behind the gate.</summary>
    public bool Listens { get; init; }

    /// <summary>The configuration as it was at creation, word for word: what becomes of the file later changes nothing.</summary>
    public required JsonElement Configuration { get; init; }

    /// <summary>The whole configuration. Most commands need less, and reading it takes longer than they do.</summary>
    public RuntimeSpec Spec
    {
        get => field ??= SpecDocuments.Configuration(Configuration, "config.json");
        init;
    }

    /// <summary>The part of the configuration with the programs to call.</summary>
    public HooksSpec? Hooks => Part("hooks") is { } hooks ? SpecDocuments.Hooks(hooks, "config.json: hooks") : null;

    /// <summary>The version of the specification that the configuration follows.</summary>
    public string OciVersion => Configuration.GetProperty("ociVersion").GetString()!;

    /// <summary>Null where the configuration has none.</summary>
    public IReadOnlyDictionary<string, string>? Annotations =>
        Part("annotations")?.Deserialize(RuntimeJson.Default.IReadOnlyDictionaryStringString);

    private JsonElement? Part(string name) => Configuration.TryGetProperty(name, out JsonElement part) && part.ValueKind != JsonValueKind.Null ? part : null;
}
