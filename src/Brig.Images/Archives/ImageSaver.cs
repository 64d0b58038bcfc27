using System.Text.Json;
using Brig.Images.Bundles;
using Brig.Images.Content;
using Brig.Images.Indexes;
using Brig.Images.Transfers;
using Brig.Oci;
using Brig.Oci.Images;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Archives;

/// <summary>Writes images as one tar that is an OCI layout and a Docker archive at once. The same images give the same bytes.</summary>
public sealed class ImageSaver(ImageStore store)
{
    private const string BlobFolder = "blobs/sha256";

    /// <summary>
    /// Saves images and artifacts by name or ID. A name without a tag means all tags of that repository; an ID saves no name. A name that means
    /// images for several platforms saves all that are here, unless platforms are given. Synchronous: to be called on a thread that may wait.
    /// </summary>
    public void Save(IReadOnlyList<string> namesOrIds, IReadOnlyList<Platform> platforms, Stream output, CancellationToken token)
    {
        using ContentLease lease = store.Lease();
        List<ImageBundle> wholes = [];
        try
        {
            List<SavedImage> images = [];
            List<Descriptor> roots = [];
            foreach ((Image image, StoredIndex? index, List<ImageReference> tags) in Choose(namesOrIds, platforms))
            {
                if (index is null && image.ArtifactType is null)
                {
                    images.Add(Prepare(image, tags, lease, token));
                    roots.AddRange(Described(Describe(images[^1]), tags));
                    continue;
                }

                ImageBundle whole = index is null ? store.OpenArtifact(image) : store.Open(index);
                wholes.Add(whole);
                lease.Hold(whole.Blobs.Select(blob => blob.Descriptor.Digest));
                roots.AddRange(Described(whole.Root, tags));
                if (index is not null)
                {
                    images.Add(Prepare(image, tags, lease, token));
                }
            }

            Write(images, wholes, roots, output, token);
        }
        finally
        {
            wholes.ForEach(whole => whole.Dispose());
        }
    }

    private void Write(List<SavedImage> images, List<ImageBundle> wholes, List<Descriptor> roots, Stream output, CancellationToken token)
    {
        TarOutput tar = new(output);
        tar.Directory("blobs");
        tar.Directory(BlobFolder);
        HashSet<Digest> written = [];
        foreach (SavedImage saved in images)
        {
            Document(tar, written, saved.Image.Id, saved.Image.ConfigBytes.Span);
            Document(tar, written, saved.Manifest.Digest, saved.Manifest.Content.Span);
            foreach (LayerBlob blob in saved.Blobs.Where(blob => written.Add(blob.Digest)))
            {
                using SafeFileHandle file = store.Blobs.TryOpen(blob.Digest, blob.Size) ?? throw new BrigException(ErrorKind.Internal, $"blob {blob.Digest.Short} vanished from the store");
                using FileSlice content = new(file, 0, blob.Size);
                tar.File(NameOf(blob.Digest), blob.Size, content, token);
            }
        }

        foreach (BundleBlob blob in wholes.SelectMany(whole => whole.Blobs.Concat(whole.Manifests)).Where(blob => written.Add(blob.Descriptor.Digest)))
        {
            using Stream content = blob.Open(0, blob.Descriptor.Size);
            tar.File(NameOf(blob.Descriptor.Digest), blob.Descriptor.Size, content, token);
        }

        tar.File("index.json", JsonSerializer.SerializeToUtf8Bytes(new ImageIndex { SchemaVersion = 2, MediaType = MediaTypes.OciIndex, Manifests = roots }, ImageJson.Documents.ImageIndex));
        if (images.Count > 0)
        {
            tar.File("manifest.json", JsonSerializer.SerializeToUtf8Bytes([.. images.Select(Item)], ArchiveJson.Documents.ListArchiveItem));
        }

        tar.File("oci-layout", """{"imageLayoutVersion":"1.0.0"}"""u8);
        if (images.Count > 0)
        {
            tar.File("repositories", JsonSerializer.SerializeToUtf8Bytes(Repositories(images), ArchiveJson.Documents.SortedDictionaryStringSortedDictionaryStringString));
        }

        tar.End();
    }

    private List<(Image Image, StoredIndex? Index, List<ImageReference> Tags)> Choose(IReadOnlyList<string> namesOrIds, IReadOnlyList<Platform> platforms)
    {
        List<(Image Image, StoredIndex? Index, List<ImageReference> Tags)> chosen = [];
        foreach (string name in namesOrIds)
        {
            if (ImageReference.TryParse(name, out ImageReference? reference) && reference is { Tag: null, Digest: null }
                && store.List().Where(image => image.Tags.Any(tag => tag.Name == reference.Name)).ToList() is { Count: > 0 } all)
            {
                foreach (ImageReference tag in all.SelectMany(image => image.Tags).Where(tag => tag.Name == reference.Name))
                {
                    Take(store.Get(tag.ToString()), store.FindIndex(tag), tag);
                }

                continue;
            }

            Image image = store.Get(name);
            bool isNamed = !ImageStore.IsIdOf(name, image);
            Take(image, isNamed ? store.FindIndex(name) : null, isNamed && reference?.Digest is null ? ImageReference.Parse(name).WithDefaultTag() : null);
        }

        return chosen;

        void Take(Image image, StoredIndex? index, ImageReference? tag)
        {
            if (platforms.Count > 0)
            {
                string name = tag?.Familiar ?? image.Id.Value;
                List<Image> fitting = [.. platforms.Select(platform => (index is null ? null : store.Find(name, platform)) ?? (image.Platform is { } own && PlatformChoice.Fits(own, platform) ? image : null)).OfType<Image>().DistinctBy(one => one.Id)];
                if (fitting.Count == 0)
                {
                    throw BrigException.NotFound($"image with reference {Text.Quote(name)} was found but does not provide the specified platform ({string.Join(", ", platforms)})");
                }

                fitting.ForEach(one => Add(one, null, tag));
                return;
            }

            Add(image, index, tag);
        }

        void Add(Image image, StoredIndex? index, ImageReference? tag)
        {
            int at = chosen.FindIndex(other => other.Image.Id == image.Id && other.Index?.Digest == index?.Digest);
            if (at < 0)
            {
                chosen.Add((image, index, []));
                at = chosen.Count - 1;
            }

            if (tag is not null && !chosen[at].Tags.Contains(tag))
            {
                chosen[at].Tags.Add(tag);
            }
        }
    }

    private SavedImage Prepare(Image image, IReadOnlyList<ImageReference> tags, ContentLease lease, CancellationToken token)
    {
        lease.Hold(image.Layers);
        BlobMaker maker = new(store.Blobs, store.Layers);
        if (ImagePusher.StoredFor(store, image) is { } stored)
        {
            LayerBlob[] blobs = [.. ImageDocuments.ParseManifest(stored.Content.Span).Layers.Select(layer => store.Blobs.Find(layer.Digest)!)];
            return new SavedImage(image, tags, stored, blobs);
        }

        LayerBlob[] made = [.. image.Layers.Select(layer => maker.Ensure(layer, lease, token))];
        return new SavedImage(image, tags, ImagePusher.Compose(image, made), made);
    }

    private static void Document(TarOutput tar, HashSet<Digest> written, Digest digest, ReadOnlySpan<byte> content)
    {
        if (written.Add(digest))
        {
            tar.File(NameOf(digest), content);
        }
    }

    private static Descriptor Describe(SavedImage saved) => new()
    {
        MediaType = saved.Manifest.MediaType,
        Digest = saved.Manifest.Digest,
        Size = saved.Manifest.Content.Length,
        Platform = saved.Image.Platform,
    };

    /// <summary>One entry of the layout for each name.</summary>
    private static IEnumerable<Descriptor> Described(Descriptor root, List<ImageReference> tags) => tags.Count == 0 ? [root] : tags.Select(tag => root with
    {
        Annotations = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["io.containerd.image.name"] = ImageTable.Key(tag),
            ["org.opencontainers.image.ref.name"] = tag.Tag!,
        },
    });

    private static ArchiveItem Item(SavedImage saved) => new()
    {
        Config = NameOf(saved.Image.Id),
        RepoTags = saved.Tags.Count == 0 ? null : [.. saved.Tags.Select(tag => tag.Familiar)],
        Layers = [.. saved.Blobs.Select(blob => NameOf(blob.Digest))],
    };

    private static SortedDictionary<string, SortedDictionary<string, string>> Repositories(List<SavedImage> images)
    {
        SortedDictionary<string, SortedDictionary<string, string>> names = new(StringComparer.Ordinal);
        foreach ((SavedImage saved, ImageReference tag) in images.SelectMany(saved => saved.Tags.Select(tag => (saved, tag))))
        {
            if (!names.TryGetValue(tag.FamiliarName, out SortedDictionary<string, string>? tags))
            {
                names[tag.FamiliarName] = tags = new SortedDictionary<string, string>(StringComparer.Ordinal);
            }

            tags[tag.Tag!] = saved.Blobs is [.., LayerBlob top] ? top.Digest.Hex : saved.Image.Id.Hex;
        }

        return names;
    }

    private static string NameOf(Digest digest) => $"{BlobFolder}/{digest.Hex}";
}
