using System.Text.Json;
using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Images.Archives;

/// <summary>Finds the images of an archive: by Docker's <c>manifest.json</c>, or else as an OCI layout (image-layout.md).</summary>
internal sealed class ArchiveContents(TarIndex index, LoadOptions options)
{
    private const int DepthLimit = 4;

    internal List<ArchivedGroup> Groups()
    {
        List<ArchivedGroup> groups = All();
        if (options.OnlyThese)
        {
            groups.RemoveAll(group => group.Index is null && (group.Main.Config is null || !options.Platforms.Any(platform => PlatformChoice.Fits(PlatformOf(group.Main), platform))));
        }

        return groups.Count > 0 ? groups : throw BrigException.Invalid($"archive: no image for {string.Join(", ", options.Platforms)}");
    }

    private List<ArchivedGroup> All()
    {
        List<ArchivedGroup> layout = index.Document("index.json", ImageDocuments.ManifestLimit) is { } top ? FromLayout(ImageDocuments.ParseIndex(top)) : [];
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

    /// <summary>The images of Docker's own list; what that cannot say (indexes, artifacts) comes from the layout beside it.</summary>
    private List<ArchivedGroup> FromDocker(byte[] document, List<ArchivedGroup> layout)
    {
        List<ArchivedGroup> groups = [], wholes = layout.FindAll(group => group.Index is not null || group.Main.Config is null);
        foreach (ArchiveItem? item in Parse(document))
        {
            if (item?.Config is null || item.Layers is null || item.Layers.Contains(null!))
            {
                throw BrigException.Invalid("archive: manifest.json: an image without Config or Layers");
            }

            byte[] config = Document(item.Config, ImageDocuments.ConfigLimit);
            List<ImageReference> tags = [.. (item.RepoTags ?? []).Select(ImageReference.Parse)];
            if (wholes.Find(group => group.Images.Any(image => config.AsSpan().SequenceEqual(image.Config)) && (tags.Count == 0 || group.Tags.Intersect(tags).Any())) is { } whole)
            {
                whole.Tags.AddRange(tags.Except(whole.Tags));
                continue;
            }

            StoredManifest? manifest = layout.SelectMany(group => group.Images).FirstOrDefault(other => config.AsSpan().SequenceEqual(other.Config))?.Manifest;
            groups.Add(new ArchivedGroup([new ArchivedImage(config, item.Layers, manifest)], null, tags));
        }

        return [.. groups, .. wholes];
    }

    private List<ArchivedGroup> FromLayout(ImageIndex layout)
    {
        List<ArchivedGroup> groups = [];
        foreach (Descriptor descriptor in layout.Manifests.Where(descriptor => index.Has(NameOf(descriptor.Digest))))
        {
            List<ArchivedGroup> found = FromDescriptor(descriptor, 0);
            foreach (ArchivedGroup group in found)
            {
                group.Tags.AddRange(TagsOf(descriptor));
                if (groups.Find(other => other.Index?.Digest == group.Index?.Digest && Same(other.Main, group.Main)) is { } same)
                {
                    same.Tags.AddRange(group.Tags.Except(same.Tags));
                }
                else
                {
                    groups.Add(group);
                }
            }
        }

        return groups;
    }

    private static bool Same(ArchivedImage one, ArchivedImage other) =>
        one.Config is null || other.Config is null ? one.Config is null && other.Config is null && one.Manifest!.Digest == other.Manifest!.Digest : one.Config.AsSpan().SequenceEqual(other.Config);

    private List<ArchivedGroup> FromDescriptor(Descriptor descriptor, int depth)
    {
        byte[] content = Verified(descriptor.Digest, ImageDocuments.ManifestLimit);
        if (MediaTypes.IsManifest(descriptor.MediaType))
        {
            return [new ArchivedGroup([FromManifest(descriptor, content)], null, [])];
        }

        if (!MediaTypes.IsIndex(descriptor.MediaType) || depth == DepthLimit)
        {
            return [];
        }

        ImageIndex nested = ImageDocuments.ParseIndex(content);
        List<Descriptor> chosen = Chosen(nested);
        if (chosen.Exists(member => MediaTypes.IsIndex(member.MediaType)))
        {
            return [.. chosen.SelectMany(member => FromDescriptor(member, depth + 1))];
        }

        List<ArchivedImage> images = [.. chosen.Where(member => MediaTypes.IsManifest(member.MediaType)).Select(member => FromManifest(member, Verified(member.Digest, ImageDocuments.ManifestLimit)))];
        StoredManifest whole = new(descriptor.Digest, descriptor.MediaType, content);
        return images.Count switch
        {
            0 => [],
            1 => [new ArchivedGroup(images, null, [])],
            _ => [new ArchivedGroup(images, whole, [])],
        };
    }

    /// <summary>What of an index is loaded of that which the archive has, first what its names are to mean: all, or where platforms are asked for the best for each.</summary>
    private List<Descriptor> Chosen(ImageIndex nested)
    {
        List<Descriptor> here = [.. nested.Manifests.Where(member => index.Has(NameOf(member.Digest))).DistinctBy(member => member.Digest)];
        ImageIndex present = nested with { Manifests = here };
        if (options.OnlyThese)
        {
            return [.. options.Platforms.Select(platform => PlatformChoice.Choose(present, platform)).OfType<Descriptor>().DistinctBy(member => member.Digest)];
        }

        Descriptor? main = options.Platforms.Select(platform => PlatformChoice.Choose(present, platform)).OfType<Descriptor>().FirstOrDefault()
            ?? here.Find(member => member.Platform is not { Os: "unknown" });
        return main is null ? here : [main, .. here.Where(member => member.Digest != main.Digest)];
    }

    private ArchivedImage FromManifest(Descriptor descriptor, byte[] content)
    {
        ImageManifest manifest = ImageDocuments.ParseManifest(content);
        StoredManifest stored = new(descriptor.Digest, descriptor.MediaType, content);
        return manifest.IsImage
            ? new ArchivedImage(Verified(manifest.Config.Digest, ImageDocuments.ConfigLimit), [.. manifest.Layers.Select(layer => NameOf(layer.Digest))], stored)
            : new ArchivedImage(null, [.. manifest.Layers.Prepend(manifest.Config).Select(blob => NameOf(blob.Digest)).Distinct()], stored);
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
