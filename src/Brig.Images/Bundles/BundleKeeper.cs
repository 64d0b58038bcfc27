using Brig.Images.Content;
using Brig.Images.Indexes;
using Brig.Linux;
using Brig.Oci;
using Brig.Oci.Images;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Bundles;

/// <summary>Keeps what was bundled in the store itself, with its index, so that its names mean all of it: it is pushed and saved as one thing.</summary>
public sealed class BundleKeeper(ImageStore store)
{
    /// <summary>Gives the bundle these names. Of its images the one for this machine, else the first, is what they mean where one is asked for; the others are in no list.</summary>
    public void Keep(ImageBundle bundle, IReadOnlyList<ImageReference> names, ContentLease lease)
    {
        if (names.Count == 0 || !MediaTypes.IsIndex(bundle.Root.MediaType))
        {
            return;
        }

        HashSet<Digest> manifests = [.. bundle.Images.Select(image => image.Manifest.Digest).Append(bundle.Root.Digest)], configs = [.. bundle.Images.Select(image => image.Image.Id)];
        foreach (BundleBlob blob in bundle.Blobs.Where(blob => blob.Content is not null && !configs.Contains(blob.Descriptor.Digest)))
        {
            lease.Hold([blob.Descriptor.Digest]);
            using SafeFileHandle file = store.Blobs.Create();
            Files.WriteAll(file, blob.Content!.Value.Span);
            store.Blobs.Name(file, blob.Descriptor.Digest);
        }

        BundleBlob root = bundle.Manifests[^1];
        StoredIndex index = new(root.Descriptor.Digest, root.Descriptor.MediaType, root.Content!.Value);
        store.Change(() =>
        {
            List<Digest> members = [];
            foreach (BundleBlob blob in bundle.Manifests.SkipLast(1))
            {
                StoredManifest manifest = new(blob.Descriptor.Digest, blob.Descriptor.MediaType, blob.Content!.Value);
                Image? image = bundle.Images.FirstOrDefault(item => item.Manifest.Digest == manifest.Digest).Image;
                members.Add(image?.Id ?? store.AddArtifact(manifest).Id);
                if (image is not null)
                {
                    store.Table.SetManifest(manifest.Digest, manifest.MediaType, manifest.Content, image.Id);
                }
            }

            Image main = (bundle.Images.FirstOrDefault(item => PlatformChoice.Fits(item.Image.Platform!, Platform.Host)).Image ?? bundle.Images[0].Image)!;
            foreach (ImageReference name in names)
            {
                store.SetIndex(index, name.WithDefaultTag(), [main.Id, .. members.Where(member => member != main.Id)]);
            }

            foreach ((Image image, _, _) in bundle.Images.Where(item => item.Image.Id != main.Id && store.Table.ById(item.Image.Id) is { Tags.Count: 0, Digests.Count: 0 }))
            {
                store.Table.Hide(image.Id);
            }

            return main;
        });
    }
}
