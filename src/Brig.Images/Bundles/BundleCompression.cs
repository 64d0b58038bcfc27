namespace Brig.Images.Bundles;

/// <summary>How layers are packed.</summary>
public enum BundleCompression
{
    Gzip,
    Zstd,
    None,
}
