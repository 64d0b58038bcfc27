namespace Brig.Containers.Specifications;

/// <summary>A mount that was asked for.</summary>
public sealed record MountRequest
{
    public required MountKind Kind { get; init; }

    /// <summary>A host path, or a volume's name (null: an anonymous volume, named when the container is created); null for a tmpfs.</summary>
    public string? Source { get; init; }

    /// <summary>Absolute, inside the container.</summary>
    public required string Target { get; init; }

    public bool ReadOnly { get; init; }

    /// <summary>No content of the image is copied into an empty volume.</summary>
    public bool NoCopy { get; init; }

    /// <summary>Make a missing source directory, as <c>-v</c> does.</summary>
    public bool CreateSource { get; init; }

    /// <summary><c>rprivate</c> where null.</summary>
    public string? Propagation { get; init; }

    /// <summary>Options of a bind beyond those that have a property: <c>nosuid</c>, <c>nodev</c>, ….</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>Options of a tmpfs beyond <c>noexec,nosuid,nodev</c>.</summary>
    public string? TmpfsOptions { get; init; }
}
