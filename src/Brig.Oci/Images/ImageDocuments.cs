using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Brig.Oci.Images;

/// <summary>Parses the documents of images that came from outside: whatever is wrong with them is one clear line.</summary>
public static class ImageDocuments
{
    /// <summary>Docker and registries refuse larger manifests and indexes too.</summary>
    public const int ManifestLimit = 4 << 20;

    public const int ConfigLimit = 8 << 20;

    /// <summary>More layers than the kernel's overlayfs takes (500) are of no use.</summary>
    private const int LayerLimit = 500;

    public static ImageConfig ParseConfig(ReadOnlySpan<byte> content)
    {
        ImageConfig config = Parse(content, ImageJson.Documents.ImageConfig, "image configuration");
        return config switch
        {
            { RootFs: null or { DiffIds: null } } => throw BrigException.Invalid("invalid image configuration: no rootfs.diff_ids"),
            { Os: null or "" } or { Architecture: null } => throw BrigException.Invalid("invalid image configuration: no os or architecture"),
            { RootFs.DiffIds.Count: > LayerLimit } => throw BrigException.Invalid($"invalid image configuration: {config.RootFs.DiffIds.Count} layers (at most {LayerLimit})"),
            _ => config,
        };
    }

    public static ImageManifest ParseManifest(ReadOnlySpan<byte> content)
    {
        ImageManifest manifest = Parse(content, ImageJson.Documents.ImageManifest, "image manifest");
        if (manifest.Config is null || manifest.Layers is null || manifest.Layers.Any(layer => layer is null))
        {
            throw BrigException.Invalid("invalid image manifest: no config or layers");
        }

        return manifest.Layers.Count <= LayerLimit ? manifest
            : throw BrigException.Invalid($"invalid image manifest: {manifest.Layers.Count} layers (at most {LayerLimit})");
    }

    public static ImageIndex ParseIndex(ReadOnlySpan<byte> content)
    {
        ImageIndex index = Parse(content, ImageJson.Documents.ImageIndex, "image index");
        return index.Manifests is null || index.Manifests.Any(manifest => manifest is null)
            ? throw BrigException.Invalid("invalid image index: no manifests")
            : index;
    }

    private static T Parse<T>(ReadOnlySpan<byte> content, JsonTypeInfo<T> type, string what)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(content, type) ?? throw BrigException.Invalid($"invalid {what}: null");
        }
        catch (JsonException error)
        {
            throw BrigException.Invalid($"invalid {what}: {Reason(error)}", error);
        }
    }

    private static string Reason(JsonException error)
    {
        int end = error.Message.IndexOf(" Path: ", StringComparison.Ordinal);
        string reason = end < 0 ? error.Message : error.Message[..end];
        return Text.Quote(error.Path is null or "$" ? reason : $"{reason} ({error.Path})");
    }
}
