using Brig.Images.Content;
using Brig.Oci;

namespace Brig.Images.Archives;

/// <summary>An image on its way into an archive. <paramref name="Blobs"/> are those of the manifest, lowest layer first.</summary>
internal sealed record SavedImage(Image Image, IReadOnlyList<ImageReference> Tags, StoredManifest Manifest, IReadOnlyList<LayerBlob> Blobs);
