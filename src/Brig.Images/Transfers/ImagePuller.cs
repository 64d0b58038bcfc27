using Brig.Images.Content;
using Brig.Images.Indexes;
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
    /// Pulls what a name means. A name without a registry is looked for in all places that the configuration has for it;
    /// otherwise as <see cref="PullAsync(ImageReference, PullScope, IProgress{TransferProgress}, CancellationToken)"/>.
    /// </summary>
    public Task<PullResult> PullAsync(string name, PullScope scope, IProgress<TransferProgress> progress, CancellationToken token) =>
        FirstAsync(registries.Settings.Configuration.Candidates(name), candidate => PullAsync(candidate, scope, progress, token), (candidate, error) => $"{candidate}: {error.Message}");

    /// <summary>
    /// Pulls what a reference names, from a mirror or its registry, and gives it that name. What is in the store already is not fetched.
    /// After a failure that may pass (the network, a kill, an interruption) what was fetched stays for a day, and the next pull goes on with it;
    /// after any other nothing is left but what other images have.
    /// </summary>
    public Task<PullResult> PullAsync(ImageReference reference, PullScope scope, IProgress<TransferProgress> progress, CancellationToken token)
    {
        reference = reference.WithDefaultTag();
        return FirstAsync(registries.Settings.Configuration.SourcesOf(reference), source => PullFromAsync(reference, source, scope, progress, token),
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

    private async Task<PullResult> PullFromAsync(ImageReference reference, RegistrySource source, PullScope scope, IProgress<TransferProgress> progress, CancellationToken token)
    {
        RepositoryClient repository = new(registries, reference, source);
        FetchedManifest top = await repository.ManifestAsync(reference, token);
        store.Garbage.Sweep();
        store.Layers.Reclaim();
        using ContentLease lease = store.Lease();
        PullResult result = top.IsIndex && scope.IsWhole
            ? await WholeAsync(repository, top, scope, lease, progress, token)
            : await OneAsync(repository, top, scope, lease, progress, token);
        if (scope.WithReferrers)
        {
            await ReferrersAsync(repository, new RepositoryNames(registries, reference, source), top.Digest, lease, progress, token);
        }

        return result;
    }

    /// <summary>One image or artifact, which the name means from here on.</summary>
    private async Task<PullResult> OneAsync(RepositoryClient repository, FetchedManifest top, PullScope scope, ContentLease lease, IProgress<TransferProgress> progress, CancellationToken token)
    {
        ImageReference reference = repository.Reference;
        FetchedManifest chosen = await ChooseAsync(repository, top, scope.Platforms[0], token);
        ImageManifest manifest = ImageDocuments.ParseManifest(chosen.Content.Span);
        if (!scope.WithArtifacts && !manifest.IsImage)
        {
            throw BrigException.Unsupported($"{reference} is no image but an artifact of type {Text.Quote(manifest.KindOfArtifact)}: there is nothing to run in it (brig manifest inspect shows it)");
        }

        if (store.Find(manifest.IsImage ? manifest.Config.Digest : chosen.Digest) is { IsHidden: false } known && store.Find(reference)?.Id == known.Id && IsWhole(known))
        {
            store.Change(() => Record(reference, top, chosen, known.Id));
            Tell(known.Layers, TransferState.AlreadyHere, progress);
            return new PullResult(reference, known, top.Digest, PullOutcome.UpToDate);
        }

        FetchedImage fetched = await FetchAsync(repository, chosen, manifest, lease, progress, token);
        Image image = store.Change(() =>
        {
            Image added = Add(fetched);
            store.Table.Show(added.Id);
            return Record(reference, top, chosen, added.Id);
        });
        return new PullResult(reference, image, top.Digest, PullOutcome.Downloaded);
    }

    /// <summary>Several images with the index that names them, which the name means from here on as a whole.</summary>
    private async Task<PullResult> WholeAsync(RepositoryClient repository, FetchedManifest top, PullScope scope, ContentLease lease, IProgress<TransferProgress> progress, CancellationToken token)
    {
        ImageReference reference = repository.Reference;
        StoredIndex index = new(top.Digest, top.MediaType, top.Content);
        IReadOnlyList<Descriptor> wanted = Wanted(repository, index, scope);
        if (store.FindIndex(reference)?.Digest == index.Digest && store.Find(reference) is { } known
            && store.MembersOf(index).Where(member => wanted.Any(manifest => manifest.Digest == member.Descriptor.Digest)).All(member => member.Image is { } here && IsWhole(here)))
        {
            Tell(known.Layers, TransferState.AlreadyHere, progress);
            return new PullResult(reference, known, top.Digest, PullOutcome.UpToDate);
        }

        List<FetchedImage> fetched = [];
        foreach (Descriptor member in wanted)
        {
            FetchedManifest manifest = await repository.ManifestAsync(reference.WithDigest(member.Digest), token);
            if (manifest.IsIndex)
            {
                throw BrigException.Invalid($"{reference}: an index inside an index");
            }

            fetched.Add(await FetchAsync(repository, manifest, ImageDocuments.ParseManifest(manifest.Content.Span), lease, progress, token));
        }

        Image image = store.Change(() =>
        {
            List<Digest> images = [.. fetched.Select(member => Add(member).Id)];
            store.SetIndex(index, reference.WithDigest(index.Digest), images);
            if (reference.Digest is null)
            {
                store.SetIndex(index, reference, images);
            }

            return store.Table.ById(images[0])!;
        });
        return new PullResult(reference, image, top.Digest, PullOutcome.Downloaded);
    }

    /// <summary>What of an index is pulled, first what the name is to mean here: of all the one for this machine, of some the first that was asked for.</summary>
    private static IReadOnlyList<Descriptor> Wanted(RepositoryClient repository, StoredIndex index, PullScope scope)
    {
        ImageIndex parsed = new() { SchemaVersion = 2, Manifests = index.Manifests };
        if (scope.All)
        {
            Descriptor? first = PlatformChoice.Choose(parsed, scope.Platforms[0]) ?? (index.Manifests is [var any, ..] ? any : null);
            return first is null ? throw BrigException.Invalid($"{repository.Reference}: the index names nothing") : [first, .. index.Manifests.Where(manifest => manifest.Digest != first.Digest).DistinctBy(manifest => manifest.Digest)];
        }

        List<Descriptor> chosen = [.. scope.Platforms.Select(platform => PlatformChoice.Choose(parsed, platform) ?? throw NoMatch(repository, platform)).DistinctBy(manifest => manifest.Digest)];
        return [.. chosen, .. index.Manifests.Where(manifest => manifest.Annotations?.GetValueOrDefault("vnd.docker.reference.digest") is { } subject && chosen.Exists(image => image.Digest.Value == subject))];
    }

    /// <summary>Everything that says something about a manifest, by its digests; of images in it nothing is pulled.</summary>
    private async Task ReferrersAsync(RepositoryClient repository, RepositoryNames names, Digest subject, ContentLease lease, IProgress<TransferProgress> progress, CancellationToken token)
    {
        foreach (Descriptor referrer in (await names.ReferrersAsync(subject, null, token)).Where(referrer => MediaTypes.IsManifest(referrer.MediaType)))
        {
            ImageReference name = repository.Reference.WithDigest(referrer.Digest);
            FetchedManifest manifest = await repository.ManifestAsync(name, token);
            ImageManifest parsed = ImageDocuments.ParseManifest(manifest.Content.Span);
            if (!parsed.IsImage && store.Find(manifest.Digest) is not { IsHidden: false })
            {
                FetchedImage fetched = await FetchAsync(repository, manifest, parsed, lease, progress, token);
                store.Change(() =>
                {
                    Digest id = Add(fetched).Id;
                    store.Table.Show(id);
                    store.Table.SetDigest(name.Name, manifest.Digest, id);
                    return id;
                });
            }
        }
    }

    /// <summary>Brings an image's layers or an artifact's blobs into the store.</summary>
    private async Task<FetchedImage> FetchAsync(RepositoryClient repository, FetchedManifest chosen, ImageManifest manifest, ContentLease lease, IProgress<TransferProgress> progress, CancellationToken token)
    {
        byte[]? content = null;
        ImageConfig? config = null;
        if (manifest.IsImage)
        {
            content = await repository.ConfigAsync(manifest.Config, token);
            config = ImageDocuments.ParseConfig(content);
            if (config.RootFs.DiffIds.Count != manifest.Layers.Count)
            {
                throw BrigException.Invalid($"{repository.Reference}: the manifest has {manifest.Layers.Count} layers, the image configuration {config.RootFs.DiffIds.Count}");
            }
        }

        Digest[] wanted = [.. config?.RootFs.DiffIds.Select(layer => layer.Digest) ?? [manifest.Config.Digest], .. manifest.Layers.Select(layer => layer.Digest)];
        lease.Hold(wanted);
        store.Garbage.Kept.Keep(wanted);
        try
        {
            if (config is null)
            {
                await new BlobTransfers(store, repository, progress).RunAsync(manifest.Layers.Prepend(manifest.Config), token);
                return new FetchedImage(chosen, null, [], wanted);
            }

            return new FetchedImage(chosen, content, await FetchAsync(repository, config, manifest, progress, token), wanted);
        }
        catch (BrigException error) when (error.Kind != ErrorKind.Unavailable)
        {
            store.Garbage.Kept.Forget(wanted);
            throw;
        }
    }

    /// <summary>Adds the row of what was fetched, hidden where it is new. In a transaction.</summary>
    private Image Add(FetchedImage fetched)
    {
        store.Garbage.Kept.Forget(fetched.Wanted);
        return fetched.Config is null ? store.AddArtifact(fetched.Stored) : store.Add(fetched.Config, id =>
        {
            foreach (LayerBlob blob in fetched.Blobs)
            {
                store.Blobs.Record(blob);
            }

            store.Table.SetManifest(fetched.Manifest.Digest, fetched.Manifest.MediaType, fetched.Manifest.Content, id);
        });
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
            ?? throw NoMatch(repository, platform);
        FetchedManifest chosen = await repository.ManifestAsync(repository.Reference.WithDigest(choice.Digest), token);
        return chosen.IsIndex ? throw BrigException.Invalid($"{repository.Reference}: an index inside an index") : chosen;
    }

    private static BrigException NoMatch(RepositoryClient repository, Platform platform) =>
        BrigException.NotFound($"no matching manifest for {platform} in the manifest list entries of {repository.Reference}");

    /// <summary>Gives an image its names. Where the index is here as a whole, the name means that too. In a transaction.</summary>
    private Image Record(ImageReference reference, FetchedManifest top, FetchedManifest chosen, Digest image)
    {
        store.Table.SetManifest(chosen.Digest, chosen.MediaType, chosen.Content, image);
        store.Table.SetDigest(reference.Name, top.Digest, image);
        if (reference.Digest is null)
        {
            store.Table.SetTag(ImageTable.Key(reference), image);
        }

        if (store.Indexes.ByDigest(top.Digest) is { } index)
        {
            store.Indexes.SetName(reference, index.Digest);
        }

        return store.Table.ById(image)!;
    }

    private bool IsWhole(Image image) => image.Layers.All(layer => store.Layers.Find(layer) is not null)
        && (image.ArtifactType is null || store.Table.ArtifactBlobs(image.Id).TrueForAll(blob => store.Blobs.IsThere(blob.Blob, blob.Size)));

    private static void Tell(IEnumerable<DiffId> layers, TransferState state, IProgress<TransferProgress> progress)
    {
        foreach (DiffId layer in layers.Distinct())
        {
            progress.Report(new TransferProgress(layer.Digest.Short, state, 0, 0));
        }
    }
}
