using Brig.Images.Registry.Configuration;
using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Images.Registry;

/// <summary>Looks into repositories and takes things out of them, as the configuration says where they are.</summary>
public sealed class RepositoryContents(Registries registries)
{
    /// <summary>The tags of a repository in alphabetical order, which not every registry keeps.</summary>
    public async Task<IReadOnlyList<string>> TagsAsync(ImageReference repository, CancellationToken token) =>
        [.. (await new RepositoryNames(registries, repository, Source(repository)).TagsAsync(token)).Order(StringComparer.Ordinal)];

    /// <summary>What refers to an image: signatures, bills of materials and other artifacts, of one type or of all.</summary>
    public async Task<IReadOnlyList<Descriptor>> ReferrersAsync(ImageReference image, string? artifactType, CancellationToken token)
    {
        image = image.WithDefaultTag();
        Digest subject = image.Digest ?? (await new RepositoryClient(registries, image, Source(image)).ManifestAsync(image, token)).Digest;
        return await new RepositoryNames(registries, image, Source(image)).ReferrersAsync(subject, artifactType, token);
    }

    /// <summary>Removes the manifest that a tag or digest names, with all its tags, or only the tag where the registry can do that. Gives what was removed.</summary>
    public async Task<string> RemoveAsync(ImageReference image, CancellationToken token)
    {
        image = image.WithDefaultTag();
        RepositoryWriter writer = new(registries, image, Source(image));
        if (image.Digest is { } digest)
        {
            await writer.DeleteManifestAsync(digest.Value, token);
            return digest.Value;
        }

        FetchedManifest manifest = await new RepositoryClient(registries, image, Source(image)).ManifestAsync(image, token);
        try
        {
            await writer.DeleteManifestAsync(image.Tag!, token);
            return image.Tag!;
        }
        catch (BrigException error) when (error.Kind is ErrorKind.Unsupported or ErrorKind.InvalidArgument)
        {
            // A registry need not remove tags alone (distribution-spec, "Deleting tags").
            await writer.DeleteManifestAsync(manifest.Digest.Value, token);
            return manifest.Digest.Value;
        }
    }

    private RegistrySource Source(ImageReference reference) => registries.Settings.Configuration.TargetOf(reference);
}
