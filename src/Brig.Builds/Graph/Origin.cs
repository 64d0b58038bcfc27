using Brig.Builds.Sources;
using Brig.Images;

namespace Brig.Builds.Graph;

/// <summary>Where files come from: what FROM stands on and what COPY and mounts take from.</summary>
internal abstract record Origin
{
    private Origin()
    {
    }

    /// <summary>Nothing at all: <c>scratch</c>.</summary>
    internal sealed record Empty : Origin;

    /// <summary>A stage of this Dockerfile.</summary>
    internal sealed record OfStage(StageNode Stage) : Origin;

    /// <summary>An image of the store.</summary>
    internal sealed record OfImage(Image Image) : Origin;

    /// <summary>The build context or a named one that is a directory.</summary>
    internal sealed record OfFolder(SourceTree Tree, string Name) : Origin;
}
