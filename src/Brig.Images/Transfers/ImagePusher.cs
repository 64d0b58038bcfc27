using System.Text.Json;
using Brig.Images.Bundles;
using Brig.Images.Content;
using Brig.Images.Registry;
using Brig.Oci;
using Brig.Oci.Images;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Transfers;

/// <summary>Sends images to registries.</summary>
public sealed class ImagePusher(ImageStore store, Registries registries)
{
    private const int Uploads = 4;

    /// <summary>Pushes the image that has this tag. An image that was pulled keeps its manifest's digest while all its blobs are there.</summary>
    public async Task<PushResult> PushAsync(ImageReference reference, IProgress<TransferProgress> progress, CancellationToken token)
    {
        if (reference.Digest is not null)
        {
            throw BrigException.Invalid("cannot push a digest reference");
        }

        reference = reference.WithDefaultTag();
        Image image = store.Find(reference) ?? throw BrigException.NotFound($"An image does not exist locally with the tag: {reference.FamiliarName}");
        return store.FindIndex(reference) is { } index ? await PushAsync(store.Open(index), reference, progress, token)
            : image.ArtifactType is not null ? await PushAsync(store.OpenArtifact(image), reference, progress, token)
            : await PushAsync(image, reference, progress, token);
    }

    /// <summary>Pushes one image alone, whatever else the name means here.</summary>
    public async Task<PushResult> PushAsync(Image image, ImageReference reference, IProgress<TransferProgress> progress, CancellationToken token)
    {
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
        BlobSender sender = new(store, registries, repository, reference, progress);
        await Parallel.ForAsync(0, layers.Length, new ParallelOptions { MaxDegreeOfParallelism = Uploads, CancellationToken = token }, async (i, inner) =>
        {
            blobs[i] = store.Blobs.Of(layers[i]).Find(blob => wanted.ContainsKey(blob.Digest)) ?? await Task.Run(() => maker.Ensure(layers[i], lease, inner), inner);
            lease.Hold([blobs[i].Digest]);
            await SendAsync(sender, blobs[i], inner);
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

    /// <summary>Sends the artifacts of the store that refer to what a name means here, to that name's repository; gives their number.</summary>
    public async Task<int> PushReferrersAsync(ImageReference reference, IProgress<TransferProgress> progress, CancellationToken token)
    {
        reference = reference.WithDefaultTag();
        Image image = store.Find(reference) ?? throw BrigException.NotFound($"An image does not exist locally with the tag: {reference.FamiliarName}");
        HashSet<Digest> subjects = [.. store.Table.Manifests(image.Id).Select(manifest => manifest.Digest)];
        if (store.FindIndex(reference) is { } index)
        {
            subjects.Add(index.Digest);
        }

        List<Image> referrers = [.. store.List().Where(other => other.ArtifactType is not null && ImageDocuments.ParseManifest(other.ConfigBytes.Span).Subject is { } subject && subjects.Contains(subject.Digest))];
        foreach (Image referrer in referrers)
        {
            await PushAsync(store.OpenArtifact(referrer), reference.WithDigest(referrer.Id), progress, token);
        }

        return referrers.Count;
    }

    private async Task<PushResult> PushAsync(ImageBundle bundle, ImageReference reference, IProgress<TransferProgress> progress, CancellationToken token)
    {
        using (bundle)
        {
            using ContentLease lease = store.Lease();
            lease.Hold(bundle.Blobs.Select(blob => blob.Descriptor.Digest));
            await new BundlePusher(store, registries).PushAsync(bundle, reference, progress, token);
            return new PushResult(reference, bundle.Root.Digest, bundle.Root.Size);
        }
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

    private async Task SendAsync(BlobSender sender, LayerBlob blob, CancellationToken token)
    {
        using SafeFileHandle file = store.Blobs.TryOpen(blob.Digest, blob.Size) ?? throw new BrigException(ErrorKind.Internal, $"blob {blob.Digest.Short} vanished from the store");
        await sender.SendAsync(blob.DiffId.Digest.Short, blob.Digest, blob.Size, (start, length, moved) => new FileSlice(file, start, length, moved), token);
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
