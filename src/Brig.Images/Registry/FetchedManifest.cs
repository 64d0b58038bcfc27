using System.Text.Json;
using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Images.Registry;

/// <summary>A manifest or index as it came, with its own digest and what it turned out to be.</summary>
internal sealed record FetchedManifest(Digest Digest, string MediaType, ReadOnlyMemory<byte> Content)
{
    internal bool IsIndex => MediaTypes.IsIndex(MediaType);

    /// <summary>Finds out what the bytes are: the type that the server tells, the one that they name and their members must agree.</summary>
    internal static FetchedManifest Of(ReadOnlyMemory<byte> content, string? told, string shown)
    {
        ManifestProbe probe;
        try
        {
            probe = JsonSerializer.Deserialize(content.Span, RegistryJson.Default.ManifestProbe) ?? new ManifestProbe();
        }
        catch (JsonException error)
        {
            throw BrigException.Invalid($"{shown}: the registry answered with something that is no manifest ({(told is null ? "no type given" : Text.Quote(told))})", error);
        }

        if (probe.SchemaVersion == 1)
        {
            throw BrigException.Unsupported($"{shown}: image manifests of schema 1 are not supported (the image must be pushed again with a current tool)");
        }

        // Bytes that are an index to one reader and a manifest to another would be two images under one digest.
        if (probe.SchemaVersion != 2 || probe.Manifests is null == probe.Layers is null)
        {
            throw BrigException.Invalid($"{shown}: invalid image manifest");
        }

        string type = probe.MediaType ?? (told is not null && (MediaTypes.IsIndex(told) || MediaTypes.IsManifest(told)) ? told
            : probe.Manifests is not null ? MediaTypes.OciIndex : MediaTypes.OciManifest);
        bool fits = probe.Manifests is not null ? MediaTypes.IsIndex(type) : MediaTypes.IsManifest(type);
        return fits ? new FetchedManifest(Digest.Sha256(content.Span), type, content)
            : throw BrigException.Unsupported($"{shown}: unsupported manifest media type {Text.Quote(type)}");
    }
}
