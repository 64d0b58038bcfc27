using Brig.Oci.Images;

namespace Brig.Builds.Cache;

/// <summary>The result of a step: the layer that it gave, by its place in the document, and what an image would say that ended there.</summary>
internal sealed record CacheDocumentEntry
{
    public required string Key { get; init; }

    public required int Layer { get; init; }

    public required string Kind { get; init; }

    public required string Description { get; init; }

    /// <summary>Unix seconds that the layer's times are limited to.</summary>
    public required long Time { get; init; }

    public ExecutionConfig? Config { get; init; }
}
