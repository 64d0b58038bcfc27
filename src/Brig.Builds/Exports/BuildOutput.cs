using Brig.Images.Bundles;
using Brig.Oci;

namespace Brig.Builds.Exports;

/// <summary>One thing that a build's result becomes: what <c>--output</c> says.</summary>
public sealed record BuildOutput
{
    public required BuildOutputKind Kind { get; init; }

    /// <summary>A path; null where there is none or <see cref="Open"/> stands for it.</summary>
    public string? Destination { get; init; }

    /// <summary>Opens what a tar is written to where that is no path; the exporter closes it.</summary>
    public Func<Stream>? Open { get; init; }

    /// <summary>An OCI layout as a directory.</summary>
    public bool IsFolder { get; init; }

    /// <summary>Names in place of the build's own; empty for those.</summary>
    public IReadOnlyList<ImageReference> Names { get; init; } = [];

    /// <summary>Sends an image of the store to its registry too.</summary>
    public bool Push { get; init; }

    /// <summary>Files of several platforms go into a directory for each, or for each even where it is one.</summary>
    public bool? SplitPlatforms { get; init; }

    public BundleOptions Bundle { get; init; } = new();
}
