using Brig.Images.Registry;
using Brig.Images.Transfers;
using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Images.Bundles;

/// <summary>Sends bundles to registries.</summary>
public sealed class BundlePusher(ImageStore store, Registries registries)
{
    private const int Uploads = 4;

    /// <summary>Sends everything the registry does not have, and gives the root the reference's tag.</summary>
    public async Task PushAsync(ImageBundle bundle, ImageReference reference, IProgress<TransferProgress> progress, CancellationToken token)
    {
        reference = reference.WithDefaultTag();
        RepositoryWriter repository = new(registries, reference, registries.Settings.Configuration.TargetOf(reference));
        foreach (Descriptor missing in bundle.Missing)
        {
            if (!await repository.HasManifestAsync(missing.Digest.Value, token))
            {
                throw BrigException.Invalid($"{reference.Familiar} is for {missing.Platform?.ToString() ?? missing.Digest.Short} too, which is not here (brig pull --all-platforms brings all, brig push --platform sends one)");
            }
        }

        BlobSender sender = new(store, registries, repository, reference, progress);
        await Parallel.ForEachAsync(bundle.Blobs.DistinctBy(blob => blob.Descriptor.Digest), new ParallelOptions { MaxDegreeOfParallelism = Uploads, CancellationToken = token },
            async (blob, inner) => await sender.SendAsync(blob.Descriptor.Digest.Short, blob.Descriptor.Digest, blob.Descriptor.Size, blob.Open, inner));
        foreach (BundleBlob manifest in bundle.Manifests)
        {
            string name = manifest.Descriptor.Digest == bundle.Root.Digest ? reference.Tag ?? reference.Digest!.Value.Value : manifest.Descriptor.Digest.Value;
            await repository.PutManifestAsync(name, manifest.Descriptor.MediaType, manifest.Content!.Value, token);
        }

        if (bundle.Images is [(Image image, _, _), ..])
        {
            store.Change(() =>
            {
                store.Table.SetDigest(reference.Name, bundle.Root.Digest, image.Id);
                if (store.Indexes.ByDigest(bundle.Root.Digest) is not null)
                {
                    store.Indexes.SetName(reference.WithDigest(bundle.Root.Digest), bundle.Root.Digest);
                }

                return image;
            });
        }
    }
}
