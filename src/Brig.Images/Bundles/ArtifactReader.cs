using Brig.Images.Content;
using Brig.Images.Registry;
using Brig.Linux;
using Brig.Oci;
using Brig.Oci.Images;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Bundles;

/// <summary>Opens manifests whose layers are layers but which need not be images: in a registry, or in an OCI layout's directory.</summary>
public sealed class ArtifactReader(ImageStore store)
{
    /// <summary>Null where the registry does not have it.</summary>
    public async Task<Artifact?> OpenAsync(Registries registries, ImageReference reference, Platform platform, CancellationToken token)
    {
        reference = reference.WithDefaultTag();
        RepositoryClient repository = new(registries, reference, registries.Settings.Configuration.SourcesOf(reference)[0]);
        try
        {
            FetchedManifest fetched = await repository.ManifestAsync(reference, token);
            if (fetched.IsIndex)
            {
                if (PlatformChoice.Choose(ImageDocuments.ParseIndex(fetched.Content.Span), platform) is not { } chosen)
                {
                    return null;
                }

                fetched = await repository.ManifestAsync(reference.WithDigest(chosen.Digest), token);
            }

            ImageManifest manifest = ImageDocuments.ParseManifest(fetched.Content.Span);
            return new Artifact(store, manifest, await repository.ConfigAsync(manifest.Config, token), repository, null);
        }
        catch (BrigException error) when (error.Kind == ErrorKind.NotFound)
        {
            return null;
        }
    }

    /// <summary>Null where the directory has no layout with a manifest in it.</summary>
    public Artifact? Open(string folder)
    {
        if (TryRead(Path.Combine(folder, "index.json")) is not { } top || ImageDocuments.ParseIndex(top).Manifests is not [.., var descriptor]
            || TryBlob(folder, descriptor.Digest) is not { } content)
        {
            return null;
        }

        ImageManifest manifest = ImageDocuments.ParseManifest(content);
        return TryBlob(folder, manifest.Config.Digest) is { } config ? new Artifact(store, manifest, config, null, folder) : null;
    }

    private static byte[]? TryBlob(string folder, Digest digest) =>
        TryRead(Path.Combine(folder, "blobs", "sha256", digest.Hex)) is { } content && Digest.Sha256(content) == digest ? content : null;

    private static byte[]? TryRead(string path)
    {
        using SafeFileHandle? file = Files.TryOpenAt(null, path, OpenFlags.O_RDONLY, 0, out _);
        return file is null ? null : Files.ReadAll(file, ImageDocuments.ConfigLimit);
    }
}
