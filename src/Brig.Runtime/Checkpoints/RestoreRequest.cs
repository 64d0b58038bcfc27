namespace Brig.Runtime.Checkpoints;

/// <summary>How a container is to be restored.</summary>
public sealed record RestoreRequest
{
    public required string Id { get; init; }

    public required string Bundle { get; init; }

    public required CriuFlags Flags { get; init; }

    /// <summary>A socket that takes the terminal's master; null gives it to the caller.</summary>
    public string? ConsoleSocket { get; init; }

    /// <summary>A file to write the first process's ID to.</summary>
    public string? PidFile { get; init; }

    /// <summary>A profile of a security module, as TYPE:NAME, in the place of the one that was dumped.</summary>
    public string? SecurityProfile { get; init; }

    /// <summary>A context of a security module for the mounts.</summary>
    public string? SecurityContext { get; init; }
}
