using System.Text.Json;
using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Images.Archives;

/// <summary>Finds the images of an archive: by Docker's <c>manifest.json</c>, or else as an OCI layout (image-layout.md).</summary>
internal sealed class ArchiveContents(TarIndex index, LoadOptions options)
{
    private const int DepthLimit = 4;

    internal List<ArchivedImage> Images()
    {
        List<ArchivedImage> images = All();
        if (options.OnlyThese)
        {
            images.RemoveAll(image => !options.Platforms.Any(platform => PlatformChoice.Fits(PlatformOf(image), platform)));
        }

        return images.Count > 0 ? images : throw BrigException.Invalid($"archive: no image for {string.Join(", ", options.Platforms)}");
    }

    private List<ArchivedImage> All()
    {
        List<ArchivedImage> layout = index.Document("index.json", ImageDocuments.ManifestLimit) is { } top
            ? FromIndex(ImageDocuments.ParseIndex(top), 0) : [];
        if (index.Document("manifest.json", ImageDocuments.ManifestLimit) is { } items)
        {
            return FromDocker(items, layout);
        }

        if (!index.Has("index.json"))
        {
            return index.Document("repositories", ImageDocuments.ManifestLimit) is { } names ? new LegacyArchive(index).Images(names)
                : throw BrigException.Invalid("archive: neither manifest.json nor index.json (is it an image archive? a root file system is imported, not loaded)");
        }

        return layout;
    }

    private static Platform PlatformOf(ArchivedImage image) =>
        ImageDocuments.ParseConfig(image.Config) is var config ? new Platform { Os = config.Os, Architecture = config.Architecture, Variant = config.Variant } : null!;

    private List<ArchivedImage> FromDocker(byte[] document, List<ArchivedImage> layout)
    {
        List<ArchivedImage> images = [];
        foreach (ArchiveItem? item in Parse(document))
        {
            if (item?.Config is null || item.Layers is null || item.Layers.Contains(null!))
            {
                throw BrigException.Invalid("archive: manifest.json: an image without Config or Layers");
            }

            byte[] config = Document(item.Config, ImageDocuments.ConfigLimit);
            StoredManifest? manifest = layout.Find(other => other.Config.AsSpan().SequenceEqual(config))?.Manifest;
            images.Add(new ArchivedImage(config, item.Layers, [.. (item.RepoTags ?? []).Select(ImageReference.Parse)], manifest));
        }

        return images;
    }

    private List<ArchivedImage> FromIndex(ImageIndex layout, int depth)
    {
        List<ArchivedImage> images = [];
        bool isTop = depth == 0;
        IEnumerable<Descriptor> chosen = isTop ? layout.Manifests : Chosen(layout);
        foreach (Descriptor descriptor in chosen.Where(descriptor => index.Has(NameOf(descriptor.Digest))))
        {
            byte[] content = Verified(descriptor.Digest, ImageDocuments.ManifestLimit);
            List<ArchivedImage> found = [];
            if (MediaTypes.IsIndex(descriptor.MediaType) && depth < DepthLimit)
            {
                found = FromIndex(ImageDocuments.ParseIndex(content), depth + 1);
            }
            else if (MediaTypes.IsManifest(descriptor.MediaType) && descriptor.Platform is not { Os: "unknown" })
            {
                found.Add(FromManifest(descriptor, content));
            }

            found.ForEach(image => image.Tags.AddRange(TagsOf(descriptor)));
            foreach (ArchivedImage image in found)
            {
                if (images.Find(other => other.Config.AsSpan().SequenceEqual(image.Config)) is { } same)
                {
                    same.Tags.AddRange(image.Tags.Except(same.Tags));
                }
                else
                {
                    images.Add(image);
                }
            }
        }

        return images;
    }

    private IEnumerable<Descriptor> Chosen(ImageIndex layout) =>
        options.Platforms.Select(platform => PlatformChoice.Choose(layout, platform)).OfType<Descriptor>().Take(options.OnlyThese ? int.MaxValue : 1).DistinctBy(descriptor => descriptor.Digest);

    private ArchivedImage FromManifest(Descriptor descriptor, byte[] content)
    {
        ImageManifest manifest = ImageDocuments.ParseManifest(content);
        return new ArchivedImage(Verified(manifest.Config.Digest, ImageDocuments.ConfigLimit), [.. manifest.Layers.Select(layer => NameOf(layer.Digest))], [],
            new StoredManifest(descriptor.Digest, descriptor.MediaType, content));
    }

    /// <summary>containerd's annotation has the whole name; OCI's may have it, or the tag alone, which names nothing.</summary>
    private static List<ImageReference> TagsOf(Descriptor descriptor)
    {
        string? name = descriptor.Annotations?.GetValueOrDefault("io.containerd.image.name") ?? descriptor.Annotations?.GetValueOrDefault("org.opencontainers.image.ref.name");
        return name is not null && name.Contains(':', StringComparison.Ordinal) && ImageReference.TryParse(name, out ImageReference? reference) && reference.Tag is not null
            ? [reference.WithTag(reference.Tag)] : [];
    }

    private byte[] Verified(Digest digest, int limit) => Document(NameOf(digest), limit) is var content && Digest.Sha256(content) == digest ? content
        : throw BrigException.Invalid($"archive: {NameOf(digest)} has another digest than its name");

    private byte[] Document(string name, int limit) => index.Document(name, limit) ?? throw BrigException.Invalid($"archive: {Text.Quote(name)} is missing");

    private static List<ArchiveItem> Parse(byte[] document)
    {
        try
        {
            return JsonSerializer.Deserialize(document, ArchiveJson.Documents.ListArchiveItem) ?? [];
        }
        catch (JsonException error)
        {
            throw BrigException.Invalid("archive: manifest.json is not JSON of a Docker archive", error);
        }
    }

    private static string NameOf(Digest digest) => $"blobs/{digest.Algorithm}/{digest.Hex}";
}
