namespace Brig.Containers.Steps;

/// <summary>A mount of a build step: a host path, a tree of layers, or a tmpfs where it is neither.</summary>
public sealed record StepMount
{
    /// <summary>Absolute, in the step's root.</summary>
    public required string Target { get; init; }

    /// <summary>A path of the host that is shown there.</summary>
    public string? Source { get; init; }

    /// <summary>Directories of layers, topmost first.</summary>
    public IReadOnlyList<string>? Lowers { get; init; }

    /// <summary>Takes what is written to the layers' tree; null makes that read-only. Made by the caller, as <see cref="Work"/>.</summary>
    public string? Upper { get; init; }

    public string? Work { get; init; }

    /// <summary>The part of the layers' tree that is mounted; empty for all of it.</summary>
    public string Path { get; init; } = "";

    public bool ReadOnly { get; init; }

    public string? Propagation { get; init; }

    /// <summary>Options of a host path beyond those that have a property: <c>nosuid</c>, <c>nodev</c>, ….</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>Bytes that a tmpfs may hold; 0 leaves the kernel's default.</summary>
    public long Size { get; init; }
}
