namespace Brig.Builds.Context;

/// <summary>What two stars mean in a pattern.</summary>
internal enum GlobStars
{
    WithinOneName,
    AcrossDirectories,
}
