namespace Brig.Containers.Specifications;

/// <summary>A part of a tree of layers that a build step has mounted.</summary>
public sealed record StepTree
{
    /// <summary>Absolute, in the step's root.</summary>
    public required string Target { get; init; }

    /// <summary>Directories of the layers, topmost first.</summary>
    public required IReadOnlyList<string> Lowers { get; init; }

    /// <summary>Where what is written goes; null makes the tree read-only.</summary>
    public string? Upper { get; init; }

    /// <summary>overlayfs's own directory, beside <see cref="Upper"/>.</summary>
    public string? Work { get; init; }

    /// <summary>The part of the tree that is mounted, a directory or a file; empty for all of it.</summary>
    public string Path { get; init; } = "";
}
