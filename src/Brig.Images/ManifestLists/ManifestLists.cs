using System.Text.Json;
using Brig.Images.Registry;
using Brig.Images.Registry.Configuration;
using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Images.ManifestLists;

/// <summary>Puts images for several platforms together under one name: first here, then at a registry.</summary>
public sealed class ManifestLists(ImageStore store, Registries registries)
{
    /// <summary>Begins a list, or adds to one, with images that are at registries.</summary>
    public async Task CreateAsync(ImageReference list, IReadOnlyList<ImageReference> images, ExistingList existing, CancellationToken token)
    {
        string key = Key(list);
        if (existing == ExistingList.Refuse && store.Lists.Find(key).Count > 0)
        {
            throw BrigException.Conflict("refusing to amend an existing manifest list with no --amend flag");
        }

        List<ManifestListEntry> entries = [];
        foreach (ImageReference image in images)
        {
            entries.Add(await FetchAsync(image.WithDefaultTag(), token));
        }

        store.Lists.Transaction(() =>
        {
            entries.ForEach(entry => store.Lists.Set(key, entry));
            return 0;
        });
    }

    /// <summary>Changes what a list says of one of its images.</summary>
    public void Annotate(ImageReference list, ImageReference image, ManifestChange change) => store.Lists.Transaction(() =>
    {
        ManifestListEntry entry = Find(list, image);
        Platform platform = entry.Descriptor.Platform!;
        platform = platform with
        {
            Architecture = change.Architecture ?? platform.Architecture,
            Os = change.Os ?? platform.Os,
            OsVersion = change.OsVersion ?? platform.OsVersion,
            Variant = change.Variant ?? platform.Variant,
            OsFeatures = change.OsFeatures.Count == 0 ? platform.OsFeatures : [.. (platform.OsFeatures ?? []).Concat(change.OsFeatures).Distinct()],
        };
        store.Lists.Set(Key(list), entry with { Descriptor = entry.Descriptor with { Platform = platform } });
        return 0;
    });

    /// <summary>The images of a list that is here; none where it is not.</summary>
    public IReadOnlyList<ManifestListEntry> Find(ImageReference list) => store.Lists.Find(Key(list));

    /// <summary>One image of a list; throws NotFound in Docker's words.</summary>
    public ManifestListEntry Find(ImageReference list, ImageReference image)
    {
        image = image.WithDefaultTag();
        return store.Lists.Find(Key(list)).Find(entry => entry.Image == image) ?? throw BrigException.NotFound($"manifest for image {image} does not exist in {list.WithDefaultTag()}");
    }

    /// <summary>The index or artifact that a name means in the store; null where it means neither.</summary>
    public (ReadOnlyMemory<byte> Content, string MediaType)? FindStored(ImageReference name) => store.FindIndex(name) is { } index ? (index.Content, index.MediaType)
        : store.Find(name) is { ArtifactType: not null } artifact ? (artifact.ConfigBytes, MediaTypes.OciManifest)
        : null;

    /// <summary>The manifest or list that a registry has, as it came, with its media type.</summary>
    public async Task<(ReadOnlyMemory<byte> Content, string MediaType)> FetchRawAsync(ImageReference reference, CancellationToken token)
    {
        reference = reference.WithDefaultTag();
        FetchedManifest manifest = await Client(reference).ManifestAsync(reference, token);
        return (manifest.Content, manifest.MediaType);
    }

    /// <summary>An image at its registry, with the platform that its configuration says.</summary>
    public async Task<ManifestListEntry> FetchAsync(ImageReference image, CancellationToken token)
    {
        RepositoryClient repository = Client(image);
        FetchedManifest manifest = await repository.ManifestAsync(image, token);
        if (manifest.IsIndex)
        {
            throw BrigException.Invalid($"{image} is a manifest list (name the images in it)");
        }

        Descriptor config = ImageDocuments.ParseManifest(manifest.Content.Span).Config;
        Platform? platform = null;
        if (MediaTypes.IsConfig(config.MediaType))
        {
            ImageConfig read = ImageDocuments.ParseConfig(await repository.ConfigAsync(config, token));
            platform = new Platform { Architecture = read.Architecture, Os = read.Os, OsVersion = read.OsVersion, Variant = read.Variant };
        }

        return new ManifestListEntry(image, new Descriptor { MediaType = manifest.MediaType, Digest = manifest.Digest, Size = manifest.Content.Length, Platform = platform ?? new Platform { Architecture = "", Os = "" } }, manifest.Content);
    }

    /// <summary>The document that a list becomes.</summary>
    public static byte[] Compose(IReadOnlyList<ManifestListEntry> entries)
    {
        ImageIndex index = new() { SchemaVersion = 2, MediaType = TypeOf(entries), Manifests = [.. entries.Select(entry => entry.Descriptor)] };
        return JsonSerializer.SerializeToUtf8Bytes(index, ImageJson.Documents.ImageIndex);
    }

    /// <summary>Sends a list, after the images of it that lie in other repositories of its registry. Gives the list's digest; <paramref name="pushed"/> hears of each image.</summary>
    public async Task<Digest> PushAsync(ImageReference list, Action<ImageReference> pushed, CancellationToken token)
    {
        list = list.WithDefaultTag();
        IReadOnlyList<ManifestListEntry> entries = Find(list);
        if (entries.Count == 0)
        {
            throw NotFound(list);
        }

        foreach (ManifestListEntry entry in entries)
        {
            if (entry.Descriptor.Platform is not { Architecture.Length: > 0, Os.Length: > 0 })
            {
                throw BrigException.Invalid($"manifest {entry.Image} must have an OS and Architecture to be pushed to a registry");
            }

            if (entry.Image.Registry != list.Registry)
            {
                throw BrigException.Invalid($"cannot use source images from a different registry than the target image: {entry.Image.Registry} != {list.Registry}");
            }
        }

        RepositoryWriter writer = new(registries, list, registries.Settings.Configuration.TargetOf(list));
        foreach (ManifestListEntry entry in entries.Where(entry => entry.Image.Name != list.Name))
        {
            await BringAsync(writer, entry, token);
            pushed(list.WithDigest(entry.Descriptor.Digest));
        }

        byte[] content = Compose(entries);
        await writer.PutManifestAsync(list.Tag!, TypeOf(entries), content, token);
        return Digest.Sha256(content);
    }

    /// <summary>Forgets a list; throws NotFound in Docker's words.</summary>
    public void Remove(ImageReference list)
    {
        if (!store.Lists.Remove(Key(list)))
        {
            throw NotFound(list.WithDefaultTag());
        }
    }

    private async Task BringAsync(RepositoryWriter writer, ManifestListEntry entry, CancellationToken token)
    {
        string from = registries.Settings.Configuration.TargetOf(entry.Image).Location.Repository;
        ImageManifest manifest = ImageDocuments.ParseManifest(entry.Content.Span);
        foreach (Digest blob in manifest.Layers.Prepend(manifest.Config).Select(blob => blob.Digest).Distinct())
        {
            if (!await writer.HasBlobAsync(blob, token) && !await writer.MountAsync(blob, from, token))
            {
                throw BrigException.Unavailable($"error mounting {entry.Image.WithDigest(blob)} to {writer.Location}: the registry does not give it");
            }
        }

        await writer.PutManifestAsync(entry.Descriptor.Digest.Value, entry.Descriptor.MediaType, entry.Content, token);
    }

    private RepositoryClient Client(ImageReference reference) => new(registries, reference, registries.Settings.Configuration.TargetOf(reference));

    private static string TypeOf(IReadOnlyList<ManifestListEntry> entries) => entries[0].Descriptor.MediaType == MediaTypes.OciManifest ? MediaTypes.OciIndex : MediaTypes.DockerList;

    private static string Key(ImageReference list) => list.Digest is null ? ImageTable.Key(list.WithDefaultTag()) : throw BrigException.Invalid($"{list}: a manifest list has a tag, not a digest");

    private static BrigException NotFound(ImageReference list) => BrigException.NotFound($"No such manifest: {list}");
}
