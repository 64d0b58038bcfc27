using System.Text.Encodings.Web;
using System.Text.Json;
using Brig.Builds;
using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Cli.Commands.Images;

/// <summary>What <c>--metadata-file</c> holds, with buildx's names.</summary>
internal static class BuildMetadata
{
    public static void Write(Stream output, BuildResult result, IReadOnlyList<ImageReference> tags)
    {
        using Utf8JsonWriter json = new(output, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteString("containerimage.config.digest", result.Image.Id.Value);
        json.WriteString("containerimage.digest", (result.Descriptor?.Digest ?? result.Image.Id).Value);
        if (result.Descriptor is { } descriptor)
        {
            Descriptor(json, descriptor);
        }

        if (tags.Count > 0)
        {
            json.WriteString("image.name", string.Join(',', tags.Select(tag => $"{tag.Name}:{tag.Tag ?? "latest"}")));
        }

        json.WriteEndObject();
    }

    private static void Descriptor(Utf8JsonWriter json, Descriptor descriptor)
    {
        json.WriteStartObject("containerimage.descriptor");
        json.WriteString("mediaType", descriptor.MediaType);
        json.WriteString("digest", descriptor.Digest.Value);
        json.WriteNumber("size", descriptor.Size);
        json.WriteEndObject();
    }
}
