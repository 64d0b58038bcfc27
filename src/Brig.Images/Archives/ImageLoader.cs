using Brig.Images.Content;
using Brig.Images.Transfers;
using Brig.Linux;
using Brig.Oci;
using Brig.Oci.Images;

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
        foreach (ArchivedImage image in new ArchiveContents(index, options).Images())
        {
            loaded.Add(await LoadAsync(image, index, progress, token));
        }

        return loaded;
    }

    private async Task<LoadedImage> LoadAsync(ArchivedImage archived, TarIndex index, IProgress<TransferProgress> progress, CancellationToken token)
    {
        ImageConfig config = ImageDocuments.ParseConfig(archived.Config);
        if (config.RootFs.DiffIds.Count != archived.Layers.Count)
        {
            throw BrigException.Invalid($"invalid manifest, layers length mismatch: expected {config.RootFs.DiffIds.Count}, got {archived.Layers.Count}");
        }

        Dictionary<DiffId, string> files = config.RootFs.DiffIds.Zip(archived.Layers).DistinctBy(pair => pair.First).ToDictionary(pair => pair.First, pair => pair.Second);
        using ContentLease lease = store.Lease();
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
        Image image = store.Add(archived.Config, id =>
        {
            store.Table.Show(id);
            archived.Tags.ForEach(tag => store.Table.SetTag(ImageTable.Key(tag.WithDefaultTag()), id));
            if (archived.Manifest is { } manifest)
            {
                store.Table.SetManifest(manifest.Digest, manifest.MediaType, manifest.Content, id);
            }
        });
        return new LoadedImage(image, archived.Tags);
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
