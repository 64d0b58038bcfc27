using Brig.Images.Content;
using Brig.Images.Layers;
using Brig.Images.Registry;
using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Images.Transfers;

/// <summary>Brings images from registries into the store.</summary>
public sealed class ImagePuller(ImageStore store, Registries registries)
{
    /// <summary>
    /// Pulls what a reference names for one platform and gives it that name. What is in the store already is not fetched.
    /// After a failure nothing of the image is left but what other images have.
    /// </summary>
    public async Task<PullResult> PullAsync(ImageReference reference, Platform platform, IProgress<TransferProgress> progress, CancellationToken token)
    {
        reference = reference.WithDefaultTag();
        RepositoryClient repository = new(registries, reference);
        FetchedManifest top = await repository.ManifestAsync(reference, token);
        FetchedManifest chosen = await ChooseAsync(repository, top, platform, token);
        ImageManifest manifest = ImageDocuments.ParseManifest(chosen.Content.Span);
        if (store.Find(manifest.Config.Digest) is { IsHidden: false } known && store.Find(reference)?.Id == known.Id && IsWhole(known))
        {
            Record(reference, top, chosen, known.Id);
            Tell(known.Layers, TransferState.AlreadyHere, progress);
            return new PullResult(reference, known, top.Digest, PullOutcome.UpToDate);
        }

        byte[] content = await repository.ConfigAsync(manifest.Config, token);
        ImageConfig config = ImageDocuments.ParseConfig(content);
        if (config.RootFs.DiffIds.Count != manifest.Layers.Count)
        {
            throw BrigException.Invalid($"{reference}: the manifest has {manifest.Layers.Count} layers, the image configuration {config.RootFs.DiffIds.Count}");
        }

        store.Garbage.Sweep();
        store.Layers.Reclaim();
        using ContentLease lease = store.Lease();
        lease.Hold(config.RootFs.DiffIds.Select(layer => layer.Digest).Concat(manifest.Layers.Select(layer => layer.Digest)));
        using LayerTransfers transfers = new(store, repository, config.RootFs.DiffIds, manifest.Layers, progress);
        IReadOnlyList<LayerBlob> blobs = await transfers.RunAsync(token);
        Image image = store.Add(content, id =>
        {
            store.Table.Show(id);
            foreach (LayerBlob blob in blobs)
            {
                store.Blobs.Record(blob);
            }

            Record(reference, top, chosen, id);
        });
        return new PullResult(reference, image, top.Digest, PullOutcome.Downloaded);
    }

    private static async Task<FetchedManifest> ChooseAsync(RepositoryClient repository, FetchedManifest top, Platform platform, CancellationToken token)
    {
        if (!top.IsIndex)
        {
            return top;
        }

        Descriptor choice = PlatformChoice.Choose(ImageDocuments.ParseIndex(top.Content.Span), platform)
            ?? throw BrigException.NotFound($"no matching manifest for {platform} in the manifest list entries of {repository.Reference}");
        FetchedManifest chosen = await repository.ManifestAsync(repository.Reference.WithDigest(choice.Digest), token);
        return chosen.IsIndex ? throw BrigException.Invalid($"{repository.Reference}: an index inside an index") : chosen;
    }

    private void Record(ImageReference reference, FetchedManifest top, FetchedManifest chosen, Digest image)
    {
        store.Table.SetManifest(chosen.Digest, chosen.MediaType, chosen.Content, image);
        store.Table.SetDigest(reference.Name, top.Digest, image);
        if (reference.Digest is null)
        {
            store.Table.SetTag(ImageTable.Key(reference), image);
        }
    }

    private bool IsWhole(Image image) => image.Layers.All(layer => store.Layers.Find(layer) is not null);

    private static void Tell(IEnumerable<DiffId> layers, TransferState state, IProgress<TransferProgress> progress)
    {
        foreach (DiffId layer in layers.Distinct())
        {
            progress.Report(new TransferProgress(layer.Digest.Short, state, 0, 0));
        }
    }
}
