using Brig.Images.Content;
using Brig.Images.Registry;
using Brig.Oci;

namespace Brig.Images.Transfers;

/// <summary>An image whose layers are in the store, or an artifact (without <paramref name="Config"/>) whose blobs are, but which no row speaks of yet.</summary>
/// <param name="Manifest">As it came.</param>
/// <param name="Config">As it came.</param>
/// <param name="Blobs">The layers' blobs that are new.</param>
/// <param name="Wanted">What is held for it.</param>
internal sealed record FetchedImage(FetchedManifest Manifest, byte[]? Config, IReadOnlyList<LayerBlob> Blobs, IReadOnlyList<Digest> Wanted)
{
    internal StoredManifest Stored => new(Manifest.Digest, Manifest.MediaType, Manifest.Content);
}
