using Brig.Images.Content;
using Brig.Oci;
using Brig.State;

namespace Brig.Images;

/// <summary>Compares the tables with the files.</summary>
internal sealed class StoreCheck(ImageStore store, Database database)
{
    private readonly List<CheckFinding> _findings = [];

    internal IReadOnlyList<CheckFinding> Run(CheckMode mode)
    {
        bool repair = mode == CheckMode.Repair;
        foreach (Image image in store.Table.All().Concat(store.Table.AllHidden()))
        {
            Examine(image);
        }

        foreach (Image image in store.Table.AllHidden().Where(image => store.Table.Users(image.Id).Count == 0))
        {
            Found($"image {image.Id.Short} is hidden and nobody uses it", repair);
            if (repair)
            {
                store.Garbage.Collect(database.Transaction(() =>
                {
                    store.Table.Delete(image.Id);
                    return image.Layers.Select(layer => layer.Digest).ToList();
                }));
            }
        }

        foreach (LayerBlob blob in store.Blobs.Recorded().Where(blob => !store.Blobs.IsThere(blob)))
        {
            Found($"blob {blob.Digest.Short} is missing or has another size", repair);
            if (repair)
            {
                store.Blobs.Remove(blob.Digest);
            }
        }

        Orphans(repair);
        return _findings;
    }

    private void Examine(Image image)
    {
        if (Digest.Sha256(image.ConfigBytes.Span) != image.Id)
        {
            Found($"the configuration of image {image.Id.Short} is damaged (remove the image and pull it again)");
            return;
        }

        foreach (DiffId layer in image.Layers.Distinct().Where(layer => store.Layers.Find(layer) is null))
        {
            Found($"image {image.Id.Short} lacks layer {layer.Digest.Short} (remove the image and pull it again)");
        }

        foreach (StoredManifest manifest in store.Table.Manifests(image.Id).Where(manifest => Digest.Sha256(manifest.Content.Span) != manifest.Digest))
        {
            Found($"manifest {manifest.Digest.Short} of image {image.Id.Short} is damaged");
        }
    }

    private void Orphans(bool repair)
    {
        // Whoever makes layers holds a lease, but cannot say in advance which: while one lives, what looks left over may be its.
        if (store.Garbage.Sweep() > 0)
        {
            return;
        }

        List<Digest> content = [.. store.Layers.All().Select(layer => layer.DiffId.Digest).Where(layer => !store.Garbage.IsHeld(layer))];
        foreach (Digest layer in content)
        {
            Found($"layer {layer.Short} belongs to no image", repair);
        }

        foreach (Digest blob in store.Blobs.OnDisk().Concat(store.Blobs.Partial.OnDisk()).Where(blob => !store.Garbage.IsHeldBlob(blob)))
        {
            Found($"blob {blob.Short} belongs to no image", repair);
            content.Add(blob);
        }

        if (repair)
        {
            store.Garbage.CollectUnlessLeased(content);
            store.Layers.Reclaim();
        }
    }

    private void Found(string problem, bool repaired = false) => _findings.Add(new CheckFinding(problem, repaired));
}
