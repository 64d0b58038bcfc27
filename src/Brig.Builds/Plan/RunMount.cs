namespace Brig.Builds.Plan;

/// <summary>A <c>RUN --mount</c> with its variables replaced and its defaults filled in.</summary>
internal sealed record RunMount
{
    internal required RunMountKind Kind { get; init; }

    /// <summary>Absolute; empty for a secret that is given in the environment alone.</summary>
    internal required string Target { get; init; }

    /// <summary>Stage, image or named context; null is the build context for a bind, nothing for a cache.</summary>
    internal string? From { get; init; }

    /// <summary>A path below the root of <see cref="From"/>, without a leading slash; empty for the root.</summary>
    internal string Source { get; init; } = "";

    internal bool ReadOnly { get; init; }

    internal string Id { get; init; } = "";

    internal CacheSharing Sharing { get; init; }

    /// <summary>The variable that a secret is given in; null for none.</summary>
    internal string? Variable { get; init; }

    internal bool Required { get; init; }

    internal uint Mode { get; init; }

    internal uint Uid { get; init; }

    internal uint Gid { get; init; }

    /// <summary>Bytes of a tmpfs; 0 leaves the kernel's default.</summary>
    internal long Size { get; init; }

    /// <summary>All of it that the result of a step may depend on, but for the content.</summary>
    internal string Key => string.Join('\0', Kind, Target, Source, ReadOnly, Kind is RunMountKind.Cache or RunMountKind.Secret or RunMountKind.Ssh ? Id : "", Variable, Mode, Uid, Gid, Size);
}
