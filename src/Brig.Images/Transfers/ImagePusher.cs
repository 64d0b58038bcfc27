using System.Text.Json;
using Brig.Images.Content;
using Brig.Images.Registry;
using Brig.Oci;
using Brig.Oci.Images;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Transfers;

/// <summary>Sends images to registries.</summary>
public sealed class ImagePusher(ImageStore store, Registries registries)
{
    private const int Uploads = 4, MountAttempts = 3;
    private const long ReportEvery = 512 << 10;

    /// <summary>Pushes the image that has this tag. An image that was pulled keeps its manifest's digest while all its blobs are there.</summary>
    public async Task<PushResult> PushAsync(ImageReference reference, IProgress<TransferProgress> progress, CancellationToken token)
    {
        if (reference.Digest is not null)
        {
            throw BrigException.Invalid("cannot push a digest reference");
        }

        reference = reference.WithDefaultTag();
        Image image = store.Find(reference) ?? throw BrigException.NotFound($"An image does not exist locally with the tag: {reference.FamiliarName}");
        RepositoryWriter repository = new(registries, reference, registries.Settings.Configuration.TargetOf(reference));
        using ContentLease lease = store.Lease();
        lease.Hold(image.Layers);
        StoredManifest? stored = StoredFor(store, image);
        DiffId[] layers = [.. image.Layers.Distinct()];
        Dictionary<Digest, DiffId> wanted = stored is null ? [] : ImageDocuments.ParseManifest(stored.Content.Span).Layers.Zip(image.Layers).DistinctBy(pair => pair.First.Digest).ToDictionary(pair => pair.First.Digest, pair => pair.Second);
        foreach (DiffId layer in layers)
        {
            progress.Report(new TransferProgress(layer.Digest.Short, TransferState.Preparing, 0, 0));
        }

        BlobMaker maker = new(store.Blobs, store.Layers);
        LayerBlob[] blobs = new LayerBlob[layers.Length];
        await Parallel.ForAsync(0, layers.Length, new ParallelOptions { MaxDegreeOfParallelism = Uploads, CancellationToken = token }, async (i, inner) =>
        {
            blobs[i] = store.Blobs.Of(layers[i]).Find(blob => wanted.ContainsKey(blob.Digest)) ?? await Task.Run(() => maker.Ensure(layers[i], lease, inner), inner);
            lease.Hold([blobs[i].Digest]);
            await SendAsync(repository, reference, blobs[i], progress, inner);
        });
        await SendAsync(repository, image, token);
        StoredManifest manifest = stored ?? Compose(image, image.Layers.Select(layer => Array.Find(blobs, blob => blob.DiffId == layer)!));
        await repository.PutManifestAsync(reference.Tag!, manifest.MediaType, manifest.Content, token);
        store.Add(image.ConfigBytes, id =>
        {
            store.Table.SetManifest(manifest.Digest, manifest.MediaType, manifest.Content, id);
            store.Table.SetDigest(reference.Name, manifest.Digest, id);
        });
        return new PushResult(reference, manifest.Digest, manifest.Content.Length);
    }

    /// <summary>The image's last manifest of which all blobs are there.</summary>
    internal static StoredManifest? StoredFor(ImageStore store, Image image) => store.Table.Manifests(image.Id).FindLast(manifest =>
        ImageDocuments.ParseManifest(manifest.Content.Span).Layers.All(layer => store.Blobs.Find(layer.Digest) is not null));

    /// <summary>A manifest of Brig's own making.</summary>
    internal static StoredManifest Compose(Image image, IEnumerable<LayerBlob> blobs)
    {
        ImageManifest manifest = new()
        {
            SchemaVersion = 2,
            MediaType = MediaTypes.OciManifest,
            Config = new Descriptor { MediaType = MediaTypes.OciConfig, Digest = image.Id, Size = image.ConfigBytes.Length },
            Layers = [.. blobs.Select(blob => new Descriptor { MediaType = OciTypeOf(blob.MediaType), Digest = blob.Digest, Size = blob.Size })],
        };
        byte[] content = JsonSerializer.SerializeToUtf8Bytes(manifest, ImageJson.Documents.ImageManifest);
        return new StoredManifest(Digest.Sha256(content), MediaTypes.OciManifest, content);
    }

    private async Task SendAsync(RepositoryWriter repository, ImageReference reference, LayerBlob blob, IProgress<TransferProgress> progress, CancellationToken token)
    {
        string id = blob.DiffId.Digest.Short;
        if (await repository.HasBlobAsync(blob.Digest, token))
        {
            progress.Report(new TransferProgress(id, TransferState.AlreadyThere, 0, 0));
            return;
        }

        if (await MountAsync(repository, reference, blob, token) is { } origin)
        {
            progress.Report(new TransferProgress(id, TransferState.Mounted, 0, 0) { Origin = origin });
            return;
        }

        using SafeFileHandle file = store.Blobs.TryOpen(blob.Digest, blob.Size) ?? throw new BrigException(ErrorKind.Internal, $"blob {blob.Digest.Short} vanished from the store");
        await repository.UploadAsync(blob.Digest, blob.Size, (start, length, moved) =>
        {
            long told = 0;
            return new FileSlice(file, start, length, done =>
            {
                moved();
                if (done - told >= ReportEvery)
                {
                    told = done;
                    progress.Report(new TransferProgress(id, TransferState.Pushing, start + done, blob.Size));
                }
            });
        }, token);
        progress.Report(new TransferProgress(id, TransferState.Pushed, blob.Size, blob.Size));
    }

    /// <summary>The repository that the registry took the blob from, as the user calls it; null where it took it from none.</summary>
    private async Task<string?> MountAsync(RepositoryWriter repository, ImageReference reference, LayerBlob blob, CancellationToken token)
    {
        foreach (string known in store.Table.RepositoriesWith(blob.Digest, reference.Registry).Where(known => known != reference.Name).Take(MountAttempts))
        {
            ImageReference origin = ImageReference.Parse(known), location = registries.Settings.Configuration.TargetOf(origin).Location;
            if (location.Registry == repository.Location.Registry && await repository.MountAsync(blob.Digest, location.Repository, token))
            {
                return origin.Repository;
            }
        }

        return null;
    }

    private static async Task SendAsync(RepositoryWriter repository, Image image, CancellationToken token)
    {
        if (!await repository.HasBlobAsync(image.Id, token))
        {
            await repository.UploadAsync(image.Id, image.ConfigBytes.Length, (start, length, _) => new MemoryStream(image.ConfigBytes.ToArray(), (int)start, (int)length, writable: false), token);
        }
    }

    private static string OciTypeOf(string type) => type switch
    {
        MediaTypes.DockerLayerGzip or MediaTypes.DockerForeignLayerGzip => MediaTypes.OciLayerGzip,
        MediaTypes.DockerLayer => MediaTypes.OciLayer,
        _ => type,
    };
}
