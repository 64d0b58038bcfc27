using Brig.Images.Registry;
using Brig.Images.Transfers;
using Brig.Oci;

namespace Brig.Images.Bundles;

/// <summary>Sends bundles to registries.</summary>
public sealed class BundlePusher(ImageStore store, Registries registries)
{
    private const int Uploads = 4;
    private const long ReportEvery = 512 << 10;

    /// <summary>Sends everything the registry does not have, and gives the root the reference's tag.</summary>
    public async Task PushAsync(ImageBundle bundle, ImageReference reference, IProgress<TransferProgress> progress, CancellationToken token)
    {
        reference = reference.WithDefaultTag();
        RepositoryWriter repository = new(registries, reference, registries.Settings.Configuration.TargetOf(reference));
        await Parallel.ForEachAsync(bundle.Blobs.DistinctBy(blob => blob.Descriptor.Digest), new ParallelOptions { MaxDegreeOfParallelism = Uploads, CancellationToken = token },
            async (blob, inner) => await SendAsync(repository, blob, progress, inner));
        foreach (BundleBlob manifest in bundle.Manifests)
        {
            string name = manifest.Descriptor.Digest == bundle.Root.Digest ? reference.Tag! : manifest.Descriptor.Digest.Value;
            await repository.PutManifestAsync(name, manifest.Descriptor.MediaType, manifest.Content!.Value, token);
        }

        foreach ((Image image, _, _) in bundle.Images)
        {
            store.Table.SetDigest(reference.Name, bundle.Root.Digest, image.Id);
            break;
        }
    }

    private static async Task SendAsync(RepositoryWriter repository, BundleBlob blob, IProgress<TransferProgress> progress, CancellationToken token)
    {
        string id = blob.Descriptor.Digest.Short;
        if (await repository.HasBlobAsync(blob.Descriptor.Digest, token))
        {
            progress.Report(new TransferProgress(id, TransferState.AlreadyThere, 0, 0));
            return;
        }

        long told = 0, size = blob.Descriptor.Size;
        await repository.UploadAsync(blob.Descriptor.Digest, size, (start, length, moved) => blob.File is null ? blob.Open(start, length) : blob.Open(start, length, done =>
        {
            moved();
            if (start + done - told >= ReportEvery)
            {
                told = start + done;
                progress.Report(new TransferProgress(id, TransferState.Pushing, told, size));
            }
        }), token);
        progress.Report(new TransferProgress(id, TransferState.Pushed, size, size));
    }
}
