using Brig.Oci;

namespace Brig.Images.Transfers;

/// <summary>What of a name is pulled.</summary>
public sealed record PullScope
{
    /// <summary>One platform, and images alone.</summary>
    public static PullScope Of(Platform platform) => new() { Platforms = [platform] };

    /// <summary>Where there are several, all of them are pulled and kept together with their index; the name means the first here.</summary>
    public IReadOnlyList<Platform> Platforms { get; init; } = [Platform.Host];

    /// <summary>Everything that an index names, attestations too.</summary>
    public bool All { get; init; }

    /// <summary>Whether an artifact is taken as it is; else it is refused.</summary>
    public bool WithArtifacts { get; init; }

    /// <summary>Whether what refers to the image (signatures, bills of materials) is taken too.</summary>
    public bool WithReferrers { get; init; }

    internal bool IsWhole => All || Platforms.Count > 1;
}
