using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Brig.Oci.Images;

/// <summary>
/// Reads and writes the documents of images. Fetched bytes are kept as they came and never written again;
/// what Brig itself makes is written without the HTML escapes that would make other tools' digests differ.
/// </summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, MaxDepth = 32)]
[JsonSerializable(typeof(ImageConfig))]
[JsonSerializable(typeof(ImageManifest))]
[JsonSerializable(typeof(ImageIndex))]
[JsonSerializable(typeof(Descriptor))]
public sealed partial class ImageJson : JsonSerializerContext
{
    /// <summary>The context to use: null members left out, no HTML escaping.</summary>
    public static ImageJson Documents { get; } = new(new JsonSerializerOptions
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = 32,
    });
}
