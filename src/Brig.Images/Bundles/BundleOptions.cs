namespace Brig.Images.Bundles;

/// <summary>How images are put together for others.</summary>
public sealed record BundleOptions
{
    public BundleCompression Compression { get; init; }

    /// <summary>Null is the compression's usual one.</summary>
    public int? Level { get; init; }

    /// <summary>Layers that have a blob of another compression get one of this.</summary>
    public bool ForceCompression { get; init; }

    /// <summary>Of the manifests.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary>Of the index, where there is one.</summary>
    public IReadOnlyDictionary<string, string> IndexAnnotations { get; init; } = new Dictionary<string, string>();

    /// <summary>Docker's media types in place of OCI's.</summary>
    public bool DockerTypes { get; init; }
}
