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

    /// <summary>The configuration as it was at creation: what becomes of the file later changes nothing.</summary>
    public required RuntimeSpec Spec { get; init; }
}
