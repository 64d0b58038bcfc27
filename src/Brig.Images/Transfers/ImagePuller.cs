using Brig.Images.Content;
using Brig.Images.Layers;
using Brig.Images.Registry;
using Brig.Images.Registry.Configuration;
using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Images.Transfers;

/// <summary>Brings images from registries into the store.</summary>
public sealed class ImagePuller(ImageStore store, Registries registries)
{
    /// <summary>
    /// Pulls what a name means for one platform. A name without a registry is looked for in all places that the configuration has for it;
    /// otherwise as <see cref="PullAsync(ImageReference, Platform, IProgress{TransferProgress}, CancellationToken)"/>.
    /// </summary>
    public Task<PullResult> PullAsync(string name, Platform platform, IProgress<TransferProgress> progress, CancellationToken token) =>
        FirstAsync(registries.Settings.Configuration.Candidates(name), candidate => PullAsync(candidate, platform, progress, token), (candidate, error) => $"{candidate}: {error.Message}");

    /// <summary>
    /// Pulls what a reference names for one platform, from a mirror or its registry, and gives it that name. What is in the store already is not fetched.
    /// After a failure that may pass (the network, a kill, an interruption) what was fetched stays for a day, and the next pull goes on with it;
    /// after any other nothing is left but what other images have.
    /// </summary>
    public Task<PullResult> PullAsync(ImageReference reference, Platform platform, IProgress<TransferProgress> progress, CancellationToken token)
    {
        reference = reference.WithDefaultTag();
        return FirstAsync(registries.Settings.Configuration.SourcesOf(reference), source => PullFromAsync(reference, source, platform, progress, token),
            (source, error) => source.Location.Name == reference.Name ? error.Message : $"{source.Location.Name}: {error.Message}");
    }

    /// <summary>The first success. Where there is none, the last failure with what the others were.</summary>
    private static async Task<PullResult> FirstAsync<T>(IReadOnlyList<T> choices, Func<T, Task<PullResult>> attempt, Func<T, BrigException, string> describe)
    {
        List<string> failures = [];
        for (int i = 0; ; i++)
        {
            try
            {
                return await attempt(choices[i]);
            }
            catch (BrigException error) when (i < choices.Count - 1 && error.Kind != ErrorKind.Internal)
            {
                failures.Add(describe(choices[i], error));
            }
            catch (BrigException error) when (failures.Count > 0)
            {
                throw new BrigException(error.Kind, $"{error.Message} (before that: {string.Join("; ", failures)})", error);
            }
        }
    }

    private async Task<PullResult> PullFromAsync(ImageReference reference, RegistrySource source, Platform platform, IProgress<TransferProgress> progress, CancellationToken token)
    {
        RepositoryClient repository = new(registries, reference, source);
        FetchedManifest top = await repository.ManifestAsync(reference, token);
        FetchedManifest chosen = await ChooseAsync(repository, top, platform, token);
        ImageManifest manifest = ImageDocuments.ParseManifest(chosen.Content.Span);
        RefuseArtifact(reference, manifest);
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
        Digest[] wanted = [.. config.RootFs.DiffIds.Select(layer => layer.Digest), .. manifest.Layers.Select(layer => layer.Digest)];
        lease.Hold(wanted);
        store.Garbage.Kept.Keep(wanted);
        try
        {
            IReadOnlyList<LayerBlob> blobs = await FetchAsync(repository, config, manifest, progress, token);
            Image image = store.Add(content, id =>
            {
                store.Table.Show(id);
                foreach (LayerBlob blob in blobs)
                {
                    store.Blobs.Record(blob);
                }

                Record(reference, top, chosen, id);
                store.Garbage.Kept.Forget(wanted);
            });
            return new PullResult(reference, image, top.Digest, PullOutcome.Downloaded);
        }
        catch (BrigException error) when (error.Kind != ErrorKind.Unavailable)
        {
            store.Garbage.Kept.Forget(wanted);
            throw;
        }
    }

    private async Task<IReadOnlyList<LayerBlob>> FetchAsync(RepositoryClient repository, ImageConfig config, ImageManifest manifest, IProgress<TransferProgress> progress, CancellationToken token)
    {
        bool resumed = false;
        try
        {
            using LayerTransfers transfers = new(store, repository, config.RootFs.DiffIds, manifest.Layers, progress);
            resumed = transfers.IsResumed;
            return await transfers.RunAsync(token);
        }
        catch (BrigException error) when (resumed && error.Kind == ErrorKind.InvalidArgument)
        {
            // What an earlier pull left was not what it seemed. From the beginning, then.
            foreach (Descriptor layer in manifest.Layers.Where(layer => store.Blobs.Find(layer.Digest) is null))
            {
                store.Blobs.Remove(layer.Digest);
            }
        }

        using LayerTransfers again = new(store, repository, config.RootFs.DiffIds, manifest.Layers, progress);
        return await again.RunAsync(token);
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

    private static void RefuseArtifact(ImageReference reference, ImageManifest manifest)
    {
        if (!MediaTypes.IsConfig(manifest.Config.MediaType))
        {
            string type = manifest.ArtifactType is { Length: > 0 } told ? told : manifest.Config.MediaType;
            throw BrigException.Unsupported($"{reference} is no image but an artifact of type {Text.Quote(type)}: there is nothing to run in it (brig manifest inspect shows it)");
        }
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
