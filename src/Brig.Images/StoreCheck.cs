using Brig.Images.Checks;
using Brig.Images.Content;
using Brig.Images.Indexes;
using Brig.Oci;
using Brig.Oci.Images;
using Brig.State;

namespace Brig.Images;

/// <summary>Compares the tables with the files, and the files with their digests and indexes.</summary>
internal sealed class StoreCheck(ImageStore store, Database database, CheckDepth depth)
{
    private const string PullAgain = "(remove the image and pull it again)";

    private readonly List<CheckFinding> _findings = [];
    private readonly LayerCheck _layers = new(store, depth, CancellationToken.None);
    private readonly HashSet<DiffId> _seen = [];

    internal IReadOnlyList<CheckFinding> Run(CheckMode mode)
    {
        bool repair = mode == CheckMode.Repair;

        // What killed processes held goes first: of a removal that was not finished rows may be left, or files.
        store.Garbage.Sweep();
        References(repair);
        foreach (LayerBlob blob in store.Blobs.Recorded().Where(blob => !_layers.IsWhole(blob)))
        {
            // Gone while it was looked at is as good as not there.
            if (store.Blobs.Find(blob.Digest) is not null || store.Blobs.Recorded().Exists(other => other.Digest == blob.Digest))
            {
                Found($"blob {blob.Digest.Short} is {(store.Blobs.IsThere(blob) ? "damaged" : "missing or has another size")}", repair);
                if (repair)
                {
                    store.Blobs.Remove(blob.Digest);
                }
            }
        }

        Artifacts();
        Indexes(repair);
        foreach (Image image in store.Table.All().Concat(store.Table.AllHidden()))
        {
            Examine(image, repair);
        }

        OfEndedBuilds(repair);
        Unused(repair);
        Orphans(repair);
        return _findings;
    }

    /// <summary>Rows that speak of an image that is not there.</summary>
    private void References(bool repair)
    {
        foreach ((string table, string name) in (ReadOnlySpan<(string, string)>)
            [("image_tags", "name"), ("image_digests", "repository || '@' || digest"), ("image_manifests", "digest"), ("image_uses", "user"), ("image_layers", "diff_id"), ("artifact_blobs", "digest")])
        {
            const string Lost = "image NOT IN (SELECT id FROM images)";
            foreach (string row in database.Query($"SELECT {name} || ' of ' || substr(image, 8, 12) FROM {table} WHERE {Lost}", row => row.GetString(0)))
            {
                Found($"{table}: {row}: there is no such image", repair);
            }

            if (repair)
            {
                database.Execute($"DELETE FROM {table} WHERE {Lost}");
            }
        }
    }

    /// <summary>Blobs of artifacts: nothing but a registry has them too.</summary>
    private void Artifacts()
    {
        foreach ((Digest artifact, Digest blob, long size) in store.Table.ArtifactBlobs().DistinctBy(row => row.Blob))
        {
            if (!_layers.IsWhole(blob, size) && store.Find(artifact) is not null)
            {
                Found($"blob {blob.Short} of artifact {artifact.Short} is missing or damaged {PullAgain}");
            }
        }
    }

    private void Indexes(bool repair)
    {
        foreach (StoredIndex index in store.Indexes.All().Where(index => Digest.Sha256(index.Content.Span) != index.Digest))
        {
            Found($"index {index.Digest.Short} is damaged {PullAgain}");
        }

        const string Lost = "user LIKE 'index:%' AND substr(user, 7) NOT IN (SELECT digest FROM image_indexes)";
        foreach (string user in database.Query($"SELECT DISTINCT user FROM image_uses WHERE {Lost}", row => row.GetString(0)))
        {
            Found($"an image is kept for {user[..Math.Min(user.Length, 25)]}, which is gone", repair);
            if (repair)
            {
                store.Release(user);
            }
        }
    }

    private void Examine(Image image, bool repair)
    {
        if (Digest.Sha256(image.ConfigBytes.Span) != image.Id)
        {
            Found($"the configuration of image {image.Id.Short} is damaged {PullAgain}");
            return;
        }

        if (!database.Query("SELECT diff_id FROM image_layers WHERE image = $image ORDER BY position", row => row.GetString(0), ("$image", image.Id.Value))
            .SequenceEqual(image.Layers.Select(layer => layer.ToString())) && store.Find(image.Id) is not null)
        {
            Found($"image {image.Id.Short} holds other layers than its configuration names", repair);
            if (repair)
            {
                database.Transaction(() => store.Table.SetLayers(image.Id, image.Layers));
            }
        }

        for (int i = 0; i < image.Layers.Count; i++)
        {
            if (_seen.Add(image.Layers[i]))
            {
                Examine(image, i, repair);
            }
        }

        foreach (StoredManifest manifest in store.Table.Manifests(image.Id))
        {
            if (Digest.Sha256(manifest.Content.Span) != manifest.Digest)
            {
                Found($"manifest {manifest.Digest.Short} of image {image.Id.Short} is damaged", repair);
                if (repair)
                {
                    database.Execute("DELETE FROM image_manifests WHERE digest = $digest", ("$digest", manifest.Digest.Value));
                }
            }
        }
    }

    private void Examine(Image image, int position, bool repair)
    {
        DiffId layer = image.Layers[position];
        string? problem = store.Layers.Find(layer) is null ? $"image {image.Id.Short} lacks layer {layer.Digest.Short}"
            : _layers.Problem(layer) is { } wrong ? $"layer {layer.Digest.Short} is damaged: {wrong}"
            : null;
        if (store.Find(image.Id) is null)
        {
            return; // removed meanwhile
        }

        if (problem is not null)
        {
            bool restored = repair && _layers.Restore(layer, store.DirectoriesOf([.. image.Layers.Take(position)]));
            Found(repair && !restored ? $"{problem} {PullAgain}" : problem, restored);
        }
        else if (!store.Layers.IsDiskUsageRight(layer))
        {
            Found($"layer {layer.Digest.Short} takes other space than was counted", repair);
            if (repair)
            {
                store.Layers.CountAgain(layer);
            }
        }
    }

    /// <summary>What a build keeps for itself is its lease's, and goes with that in one transaction.</summary>
    private void OfEndedBuilds(bool repair)
    {
        foreach (string user in database.Query("SELECT DISTINCT user FROM image_uses WHERE user LIKE 'build:%' AND substr(user, 7) NOT IN (SELECT lease FROM content_leases)", row => row.GetString(0)))
        {
            Found("an image is kept for a build that ended", repair);
            if (repair)
            {
                store.Release(user);
            }
        }
    }

    private void Unused(bool repair)
    {
        foreach (Image image in store.Table.AllHidden().Where(image => store.Table.Users(image.Id).Count == 0))
        {
            Found($"image {image.Id.Short} is hidden and nobody uses it", repair);
            if (repair)
            {
                store.Garbage.Collect(database.Transaction(() =>
                {
                    List<Digest> content = store.Table.ContentOf(image);
                    store.Table.Delete(image.Id);
                    return content;
                }));
            }
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
