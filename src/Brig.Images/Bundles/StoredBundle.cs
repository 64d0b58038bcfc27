using Brig.Images.Content;
using Brig.Images.Indexes;
using Brig.Oci;
using Brig.Oci.Images;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Bundles;

/// <summary>Opens what the store has of an index or artifact, as it came: to be sent or saved as one thing.</summary>
internal sealed class StoredBundle(ImageStore store)
{
    private readonly List<BundleBlob> _blobs = [];
    private readonly List<BundleBlob> _manifests = [];
    private readonly List<(Image Image, Descriptor Manifest, IReadOnlyList<Digest> Layers)> _images = [];
    private readonly List<Descriptor> _missing = [];

    internal ImageBundle Open(StoredIndex index)
    {
        try
        {
            foreach (IndexMember member in store.MembersOf(index).DistinctBy(member => member.Descriptor.Digest))
            {
                if (member.Image is null || !TryAdd(member.Image, member.Descriptor.Digest))
                {
                    _missing.Add(member.Descriptor);
                }
            }

            return Finish(new StoredManifest(index.Digest, index.MediaType, index.Content));
        }
        catch
        {
            _blobs.ForEach(blob => blob.File?.Dispose());
            throw;
        }
    }

    internal ImageBundle Open(Image artifact)
    {
        try
        {
            StoredManifest manifest = store.Table.Manifests(artifact.Id)[0];
            AddArtifact(artifact, manifest);
            return Finish(manifest, isThere: true);
        }
        catch
        {
            _blobs.ForEach(blob => blob.File?.Dispose());
            throw;
        }
    }

    /// <summary>False where a blob of it is not here (any more).</summary>
    private bool TryAdd(Image image, Digest digest)
    {
        StoredManifest manifest = store.Table.Manifests(image.Id).Find(manifest => manifest.Digest == digest)!;
        if (image.ArtifactType is not null)
        {
            AddArtifact(image, manifest);
            return true;
        }

        ImageManifest parsed = ImageDocuments.ParseManifest(manifest.Content.Span);
        if (parsed.Layers.Any(layer => !store.Blobs.IsThere(layer.Digest, layer.Size)))
        {
            return false;
        }

        foreach (Descriptor layer in parsed.Layers)
        {
            AddFile(layer);
        }

        _blobs.Add(new BundleBlob(parsed.Config, image.ConfigBytes, null));
        Add(manifest);
        _images.Add((image, Describe(manifest), [.. parsed.Layers.Select(layer => layer.Digest)]));
        return true;
    }

    private void AddArtifact(Image artifact, StoredManifest manifest)
    {
        ImageManifest parsed = ImageDocuments.ParseManifest(manifest.Content.Span);
        foreach (Descriptor blob in parsed.Layers.Prepend(parsed.Config))
        {
            AddFile(blob);
        }

        Add(manifest);
        if (_images.Count == 0)
        {
            _images.Add((artifact, Describe(manifest), [.. parsed.Layers.Select(layer => layer.Digest)]));
        }
    }

    private void AddFile(Descriptor blob)
    {
        if (!_blobs.Exists(other => other.Descriptor.Digest == blob.Digest))
        {
            SafeFileHandle file = store.Blobs.TryOpen(blob.Digest, blob.Size) ?? throw new BrigException(ErrorKind.Internal, $"blob {blob.Digest.Short} vanished from the store");
            _blobs.Add(new BundleBlob(blob, null, file));
        }
    }

    private void Add(StoredManifest manifest) => _manifests.Add(new BundleBlob(Describe(manifest), manifest.Content, null));

    private static Descriptor Describe(StoredManifest manifest) => new() { MediaType = manifest.MediaType, Digest = manifest.Digest, Size = manifest.Content.Length };

    private ImageBundle Finish(StoredManifest root, bool isThere = false)
    {
        if (!isThere)
        {
            Add(root);
        }

        return new ImageBundle(Describe(root), _blobs, _manifests, [.. _images.OrderBy(item => item.Image.IsHidden)]) { Missing = _missing };
    }
}
