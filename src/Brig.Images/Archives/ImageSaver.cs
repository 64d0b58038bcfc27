using System.Text.Json;
using Brig.Images.Content;
using Brig.Images.Transfers;
using Brig.Oci;
using Brig.Oci.Images;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Archives;

/// <summary>Writes images as one tar that is an OCI layout and a Docker archive at once. The same images give the same bytes.</summary>
public sealed class ImageSaver(ImageStore store)
{
    private const string BlobFolder = "blobs/sha256";

    /// <summary>Saves images by name or ID. A name without a tag means all tags of that repository; an ID saves no name. Synchronous: to be called on a thread that may wait.</summary>
    public void Save(IReadOnlyList<string> namesOrIds, Stream output, CancellationToken token)
    {
        using ContentLease lease = store.Lease();
        List<SavedImage> images = [.. Choose(namesOrIds).Select(choice => Prepare(choice.Image, choice.Tags, lease, token))];
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

        tar.File("index.json", JsonSerializer.SerializeToUtf8Bytes(Index(images), ImageJson.Documents.ImageIndex));
        tar.File("manifest.json", JsonSerializer.SerializeToUtf8Bytes([.. images.Select(Item)], ArchiveJson.Documents.ListArchiveItem));
        tar.File("oci-layout", """{"imageLayoutVersion":"1.0.0"}"""u8);
        tar.File("repositories", JsonSerializer.SerializeToUtf8Bytes(Repositories(images), ArchiveJson.Documents.SortedDictionaryStringSortedDictionaryStringString));
        tar.End();
    }

    private List<(Image Image, List<ImageReference> Tags)> Choose(IReadOnlyList<string> namesOrIds)
    {
        List<(Image Image, List<ImageReference> Tags)> chosen = [];
        foreach (string name in namesOrIds)
        {
            if (ImageReference.TryParse(name, out ImageReference? reference) && reference is { Tag: null, Digest: null }
                && store.List().Where(image => image.Tags.Any(tag => tag.Name == reference.Name)).ToList() is { Count: > 0 } all)
            {
                all.ForEach(image => Take(image, image.Tags.Where(tag => tag.Name == reference.Name)));
                continue;
            }

            Image image = store.Get(name);
            Take(image, ImageStore.IsIdOf(name, image) || reference?.Digest is not null ? [] : [ImageReference.Parse(name).WithDefaultTag()]);
        }

        return chosen;

        void Take(Image image, IEnumerable<ImageReference> tags)
        {
            int at = chosen.FindIndex(other => other.Image.Id == image.Id);
            if (at < 0)
            {
                chosen.Add((image, [.. tags]));
            }
            else
            {
                chosen[at].Tags.AddRange(tags.Except(chosen[at].Tags));
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

    private static ImageIndex Index(List<SavedImage> images) => new()
    {
        SchemaVersion = 2,
        MediaType = MediaTypes.OciIndex,
        Manifests = [.. images.SelectMany(saved => saved.Tags.Count == 0 ? [Describe(saved, null)] : saved.Tags.Select(tag => Describe(saved, tag)))],
    };

    private static Descriptor Describe(SavedImage saved, ImageReference? tag) => new()
    {
        MediaType = saved.Manifest.MediaType,
        Digest = saved.Manifest.Digest,
        Size = saved.Manifest.Content.Length,
        Annotations = tag is null ? null : new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["io.containerd.image.name"] = ImageTable.Key(tag),
            ["org.opencontainers.image.ref.name"] = tag.Tag!,
        },
        Platform = new Platform { Architecture = saved.Image.Config.Architecture, Os = saved.Image.Config.Os, Variant = saved.Image.Config.Variant },
    };

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
