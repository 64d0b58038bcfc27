using Brig.Builds.Dockerfiles;

namespace Brig.Builds.Plan;

/// <summary>COPY and ADD.</summary>
internal sealed record CopyStep : PlannedStep
{
    /// <summary>Patterns or paths below the tree that is copied from; for ADD also addresses.</summary>
    internal required IReadOnlyList<string> Sources { get; init; }

    /// <summary>Files that stand in the Dockerfile itself.</summary>
    internal required IReadOnlyList<Heredoc> Heredocs { get; init; }

    /// <summary>Absolute; ends in a slash where it must be a directory.</summary>
    internal required string Destination { get; init; }

    /// <summary>Stage, image or named context as it was written; null for the build context.</summary>
    internal string? From { get; init; }

    internal override IEnumerable<string> TakesFrom => From is null ? [] : [From];

    /// <summary><c>user[:group]</c>; null keeps what the source has (root for the context).</summary>
    internal string? Chown { get; init; }

    internal string? Chmod { get; init; }

    internal IReadOnlyList<string> Excludes { get; init; } = [];

    /// <summary>The paths of sources are kept below the destination.</summary>
    internal bool Parents { get; init; }

    /// <summary>A layer that does not depend on what lies below it.</summary>
    internal bool Link { get; init; }

    /// <summary>ADD: addresses are fetched and local archives unpacked.</summary>
    internal bool IsAdd { get; init; }

    /// <summary>ADD --unpack: null unpacks local archives and leaves fetched ones as they are.</summary>
    internal bool? Unpack { get; init; }

    internal string? Checksum { get; init; }

    internal bool KeepGitDirectory { get; init; }
}
