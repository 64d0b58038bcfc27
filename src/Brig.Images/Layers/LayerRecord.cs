using System.Text.Json.Serialization;

namespace Brig.Images.Layers;

/// <summary>The document <c>layer.json</c> beside a layer's tree.</summary>
/// <param name="Size">Bytes of its regular files, each inode once.</param>
/// <param name="Entries">Entries of its archive.</param>
/// <param name="Reproducible">Whether writing the tree as an archive gives the diff ID again; else only the blob it came as does.</param>
internal sealed record LayerRecord(long Size, long Entries, bool Reproducible);

/// <summary>The serialiser of <see cref="LayerRecord"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LayerRecord))]
internal sealed partial class LayerJson : JsonSerializerContext;
