using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Images;

/// <summary>An image of the store as it was when it was asked for.</summary>
public sealed class Image
{
    /// <summary>The digest of the configuration; of an artifact that of its manifest.</summary>
    public required Digest Id { get; init; }

    /// <summary>The configuration as it came, or an artifact's manifest: <see cref="Id"/> is the digest of these bytes.</summary>
    public required ReadOnlyMemory<byte> ConfigBytes { get; init; }

    /// <summary>What is in it where it is no image but an artifact: a media type. Null of an image.</summary>
    public string? ArtifactType { get; init; }

    /// <summary>Parsed when first asked for. An artifact has none: throws Unsupported and says so.</summary>
    public ImageConfig Config => field ??= ArtifactType is null ? ImageDocuments.ParseConfig(ConfigBytes.Span)
        : throw BrigException.Unsupported($"{(Tags is [var tag, ..] ? tag.Familiar : Id.Short)} is no image but an artifact of type {Text.Quote(ArtifactType)}: there is nothing to run in it (brig manifest inspect shows it)");

    /// <summary>The configuration of an image, null of an artifact.</summary>
    public ImageConfig? ConfigOrNone => ArtifactType is null ? Config : null;

    /// <summary>What an image is for; null of an artifact.</summary>
    public Platform? Platform => ArtifactType is null ? new Platform { Os = Config.Os, Architecture = Config.Architecture, Variant = Config.Variant } : null;

    /// <summary>Each with a tag, sorted by name.</summary>
    public required IReadOnlyList<ImageReference> Tags { get; init; }

    /// <summary>Each with the digest of a manifest or index, sorted by name.</summary>
    public required IReadOnlyList<ImageReference> Digests { get; init; }

    /// <summary>Bytes of all its layers, unpacked; of an artifact those of its blobs.</summary>
    public required long Size { get; init; }

    /// <summary>When the image was made, as its configuration says.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>True where no list shows it: it is kept for those who use it.</summary>
    public bool IsHidden { get; init; }

    /// <summary>When it was last given a name here; null where it has none.</summary>
    public DateTimeOffset? Tagged { get; init; }

    /// <summary>Lowest first; none of an artifact.</summary>
    public IReadOnlyList<DiffId> Layers => ConfigOrNone?.RootFs.DiffIds ?? [];
}
