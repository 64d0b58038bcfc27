namespace Brig.Containers.Usage;

/// <summary>What one kind of thing takes on the disk. <paramref name="Reclaimable"/> are the bytes that removing all that is not in use would give back.</summary>
public sealed record UsageRow(string Type, int Total, int Active, long Size, long Reclaimable);
