using Brig.Images.Content;
using Brig.Images.Indexes;
using Brig.Images.Transfers;
using Brig.Linux;
using Brig.Oci;
using Brig.Oci.Images;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Archives;

/// <summary>Reads images from a Docker archive or an OCI layout in one tar, plain or compressed.</summary>
public sealed class ImageLoader(ImageStore store)
{
    /// <summary>Loads all images of the archive that the options choose. A stream that cannot seek is copied first. After a failure the images before it stay.</summary>
    public async Task<IReadOnlyList<LoadedImage>> LoadAsync(Stream input, LoadOptions options, IProgress<TransferProgress> progress, CancellationToken token)
    {
        store.Garbage.Sweep();
        store.Layers.Reclaim();
        using ArchiveSpool spool = await Task.Run(() => Spool(input, token), token);
        TarIndex index = TarIndex.Read(spool.File, spool.Start);
        List<LoadedImage> loaded = [];
        foreach (ArchivedGroup group in new ArchiveContents(index, options).Groups())
        {
            loaded.Add(await LoadAsync(group, index, progress, token));
        }

        return loaded;
    }

    /// <summary>Brings in all that belongs to a group, and then adds it at once.</summary>
    private async Task<LoadedImage> LoadAsync(ArchivedGroup group, TarIndex index, IProgress<TransferProgress> progress, CancellationToken token)
    {
        using ContentLease lease = store.Lease();
        foreach (ArchivedImage image in group.Images)
        {
            await (image.Config is { } content ? IngestAsync(ImageDocuments.ParseConfig(content), image, index, lease, progress, token) : Task.Run(() => Copy(image, index, lease, token), token));
        }

        Image main = store.Change(() =>
        {
            List<Digest> added = [.. group.Images.Select(image => Add(image).Id)];
            store.Table.Show(added[0]);
            foreach (ImageReference tag in group.Tags.Select(tag => tag.WithDefaultTag()))
            {
                if (group.Index is { } whole)
                {
                    store.SetIndex(new StoredIndex(whole.Digest, whole.MediaType, whole.Content), tag, added);
                }
                else
                {
                    store.Table.SetTag(ImageTable.Key(tag), added[0]);
                }
            }

            // Without a name there is nothing that could mean the index: each image is one of its own.
            (group.Index is null || group.Tags.Count > 0 ? [] : added).ForEach(store.Table.Show);
            return store.Table.ById(added[0])!;
        });
        return new LoadedImage(main, group.Tags);
    }

    /// <summary>Adds the row, hidden where it is new. In a transaction.</summary>
    private Image Add(ArchivedImage archived) => archived.Config is null ? store.AddArtifact(archived.Manifest!) : store.Add(archived.Config, id =>
    {
        if (archived.Manifest is { } manifest)
        {
            store.Table.SetManifest(manifest.Digest, manifest.MediaType, manifest.Content, id);
        }
    });

    private async Task IngestAsync(ImageConfig config, ArchivedImage archived, TarIndex index, ContentLease lease, IProgress<TransferProgress> progress, CancellationToken token)
    {
        if (config.RootFs.DiffIds.Count != archived.Layers.Count)
        {
            throw BrigException.Invalid($"invalid manifest, layers length mismatch: expected {config.RootFs.DiffIds.Count}, got {archived.Layers.Count}");
        }

        Dictionary<DiffId, string> files = config.RootFs.DiffIds.Zip(archived.Layers).DistinctBy(pair => pair.First).ToDictionary(pair => pair.First, pair => pair.Second);
        lease.Hold(config.RootFs.DiffIds);
        using Unpacking unpacking = new(store.Layers, config.RootFs.DiffIds);
        LayerIntake intake = new(store, lease);
        await unpacking.RunAsync((layer, stop) =>
        {
            string file = files[layer];
            long size = index.SizeOf(file), told = 0;
            intake.Take(() => index.Open(file, done =>
            {
                if (done - told >= 1 << 20)
                {
                    told = done;
                    progress.Report(new TransferProgress(layer.Digest.Short, TransferState.Loading, done, size));
                }
            }), layer, () => unpacking.LowersOf(layer), stop);
            progress.Report(new TransferProgress(layer.Digest.Short, TransferState.Loading, size, size));
        }, token);
    }

    /// <summary>Takes an artifact's blobs as they are.</summary>
    private void Copy(ArchivedImage artifact, TarIndex index, ContentLease lease, CancellationToken token)
    {
        ImageManifest manifest = ImageDocuments.ParseManifest(artifact.Manifest!.Content.Span);
        foreach ((Descriptor blob, string name) in manifest.Layers.Prepend(manifest.Config).DistinctBy(blob => blob.Digest).Zip(artifact.Layers))
        {
            lease.Hold([blob.Digest]);
            if (store.Blobs.IsThere(blob.Digest, blob.Size))
            {
                continue;
            }

            using SafeFileHandle file = store.Blobs.Create();
            using Stream content = index.Open(name);
            using HashingStream hashing = new(new FileOutput(file));
            byte[] buffer = new byte[256 << 10];
            while (content.Read(buffer) is var got and > 0)
            {
                token.ThrowIfCancellationRequested();
                hashing.Write(buffer, 0, got);
            }

            if (hashing.Digest != blob.Digest || hashing.Length != blob.Size)
            {
                throw BrigException.Invalid($"archive: {Text.Quote(name)} has another digest than its name");
            }

            store.Blobs.Name(file, blob.Digest);
        }
    }

    private ArchiveSpool Spool(Stream input, CancellationToken token)
    {
        try
        {
            return ArchiveSpool.Open(input, store.Blobs, token);
        }
        catch (Exception error) when (error is LinuxException || Compression.IsDamage(error))
        {
            throw new BrigException(error is LinuxException ? ErrorKind.Internal : ErrorKind.InvalidArgument, $"read the archive: {Text.Quote(error.Message)}", error);
        }
    }
}
