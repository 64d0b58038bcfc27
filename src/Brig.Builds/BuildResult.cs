using Brig.Builds.Checks;
using Brig.Images;
using Brig.Oci.Images;

namespace Brig.Builds;

/// <summary>What a build came to. <paramref name="CachedSteps"/> of <paramref name="Steps"/> layers were found in the cache.</summary>
public sealed record BuildResult(Image Image, int Steps, int CachedSteps)
{
    /// <summary>One for each platform, in the order asked for; the first is <see cref="Image"/>.</summary>
    public IReadOnlyList<Image> Images { get; init; } = [];

    /// <summary>The manifest or index that others see, where one was written.</summary>
    public Descriptor? Descriptor { get; init; }

    /// <summary>What the build checks found.</summary>
    public IReadOnlyList<CheckWarning> Warnings { get; init; } = [];
}
