using Brig.Builds.Dockerfiles;

namespace Brig.Builds.Plan;

/// <summary>COPY, and ADD of local files.</summary>
internal sealed record CopyStep : PlannedStep
{
    /// <summary>Patterns or paths below the context.</summary>
    internal required IReadOnlyList<string> Sources { get; init; }

    /// <summary>Files that stand in the Dockerfile itself.</summary>
    internal required IReadOnlyList<Heredoc> Heredocs { get; init; }

    /// <summary>Absolute; ends in a slash where it must be a directory.</summary>
    internal required string Destination { get; init; }

    /// <summary><c>user[:group]</c>; null for root.</summary>
    internal string? Chown { get; init; }

    internal string? Chmod { get; init; }

    internal IReadOnlyList<string> Excludes { get; init; } = [];
}
