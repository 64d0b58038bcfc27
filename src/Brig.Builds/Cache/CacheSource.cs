namespace Brig.Builds.Cache;

/// <summary>A cache outside of the store: what <c>--cache-from</c> and <c>--cache-to</c> say.</summary>
public sealed record CacheSource
{
    /// <summary><c>registry</c>, <c>inline</c> or <c>local</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The image reference of a registry's.</summary>
    public string? Reference { get; init; }

    /// <summary>The directory of a local one.</summary>
    public string? Folder { get; init; }

    /// <summary>The steps of all stages, not only of those that the result consists of.</summary>
    public bool AllStages { get; init; }

    /// <summary>A cache that cannot be written does not fail the build.</summary>
    public bool IgnoreErrors { get; init; }

    public Images.Bundles.BundleCompression Compression { get; init; }
}
