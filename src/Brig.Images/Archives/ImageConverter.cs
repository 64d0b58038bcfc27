using Brig.Images.Content;
using Brig.Images.Transfers;
using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Images.Archives;

/// <summary>Gives an image other blobs of the same layers: compressed in another way, or as hard as one likes.</summary>
public sealed class ImageConverter(ImageStore store)
{
    /// <summary>Makes the blobs and the manifest that the image is sent with from then on; gives that one's digest. Synchronous: to be called on a thread that may wait.</summary>
    public Digest Convert(Image image, ConvertOptions options, ImageReference? target, CancellationToken token)
    {
        store.Garbage.Sweep();
        using ContentLease lease = store.Lease();
        lease.Hold(image.Layers);
        BlobMaker maker = new(store.Blobs, store.Layers);
        Dictionary<DiffId, LayerBlob> made = image.Layers.Distinct().ToDictionary(layer => layer, layer => maker.Convert(layer, options, lease, token));
        StoredManifest manifest = ImagePusher.Compose(image, image.Layers.Select(layer => made[layer]));
        store.Add(image.ConfigBytes, id =>
        {
            store.Table.Show(id);
            store.Table.ReplaceManifests(id, manifest);
            if (target is not null)
            {
                store.Table.SetTag(ImageTable.Key(target), id);
            }
        });
        RemoveOld(image);
        return manifest.Digest;
    }

    /// <summary>Removes the blobs of the image's layers that no stored manifest names any more.</summary>
    private void RemoveOld(Image image)
    {
        HashSet<Digest> named = [.. store.Table.All().Concat(store.Table.AllHidden()).SelectMany(other => store.Table.Manifests(other.Id))
            .SelectMany(manifest => ImageDocuments.ParseManifest(manifest.Content.Span).Layers.Select(layer => layer.Digest))];
        store.Garbage.RemoveBlobs(image.Layers.Distinct().SelectMany(layer => store.Blobs.Of(layer)).Select(blob => blob.Digest).Where(blob => !named.Contains(blob)));
    }
}
