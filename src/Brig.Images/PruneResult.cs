namespace Brig.Images;

/// <summary>What a prune removed, in order, and the bytes of disk that it gave back.</summary>
public sealed record PruneResult(IReadOnlyList<RemovedItem> Items, long Reclaimed);
