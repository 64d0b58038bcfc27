using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Builds.Cache;

/// <summary>A build cache as it travels: the results of steps by key, over the layers of the manifest that carries it.</summary>
internal sealed record CacheDocument
{
    internal const string MediaType = "application/vnd.brig.build-cache.v1+json";

    /// <summary>Diff IDs of the manifest's layers, in its order.</summary>
    public required IReadOnlyList<DiffId> Layers { get; init; }

    public required IReadOnlyList<CacheDocumentEntry> Entries { get; init; }
}
