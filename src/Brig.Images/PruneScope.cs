namespace Brig.Images;

/// <summary>Which unused images a prune removes.</summary>
public enum PruneScope
{
    /// <summary>Those without a tag.</summary>
    Dangling,

    /// <summary>All.</summary>
    Unused,
}
