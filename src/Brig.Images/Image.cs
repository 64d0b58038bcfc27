using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Images;

/// <summary>An image of the store as it was when it was asked for.</summary>
public sealed class Image
{
    /// <summary>The digest of the configuration.</summary>
    public required Digest Id { get; init; }

    /// <summary>The configuration as it came: <see cref="Id"/> is the digest of these bytes.</summary>
    public required ReadOnlyMemory<byte> ConfigBytes { get; init; }

    /// <summary>Parsed when first asked for.</summary>
    public ImageConfig Config => field ??= ImageDocuments.ParseConfig(ConfigBytes.Span);

    /// <summary>Each with a tag, sorted by name.</summary>
    public required IReadOnlyList<ImageReference> Tags { get; init; }

    /// <summary>Each with the digest of a manifest or index, sorted by name.</summary>
    public required IReadOnlyList<ImageReference> Digests { get; init; }

    /// <summary>Bytes of all its layers, unpacked.</summary>
    public required long Size { get; init; }

    /// <summary>When the image was made, as its configuration says.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>True where no list shows it: it is kept for those who use it.</summary>
    public bool IsHidden { get; init; }

    /// <summary>Lowest first.</summary>
    public IReadOnlyList<DiffId> Layers => Config.RootFs.DiffIds;
}
