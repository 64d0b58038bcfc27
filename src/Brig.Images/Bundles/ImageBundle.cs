using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Images.Bundles;

/// <summary>Images as others take them: all their blobs, the manifests, and the index where there are several or something is said about them.</summary>
public sealed class ImageBundle : IDisposable
{
    internal ImageBundle(Descriptor root, IReadOnlyList<BundleBlob> blobs, IReadOnlyList<BundleBlob> manifests, IReadOnlyList<(Image Image, Descriptor Manifest, IReadOnlyList<Digest> Layers)> images) =>
        (Root, Blobs, Manifests, Images) = (root, blobs, manifests, images);

    /// <summary>The one manifest, or the index.</summary>
    public Descriptor Root { get; }

    /// <summary>What the root names and is not here.</summary>
    internal IReadOnlyList<Descriptor> Missing { get; init; } = [];

    /// <summary>Layers and configurations.</summary>
    internal IReadOnlyList<BundleBlob> Blobs { get; }

    /// <summary>What refers comes after what it refers to; the last is <see cref="Root"/>.</summary>
    internal IReadOnlyList<BundleBlob> Manifests { get; }

    internal IReadOnlyList<(Image Image, Descriptor Manifest, IReadOnlyList<Digest> Layers)> Images { get; }

    public void Dispose()
    {
        foreach (BundleBlob blob in Blobs)
        {
            blob.File?.Dispose();
        }
    }
}
