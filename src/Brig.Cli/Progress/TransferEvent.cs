namespace Brig.Cli.Progress;

/// <summary>News of one layer that is pulled or pushed.</summary>
/// <param name="Id">Twelve characters of the digest, or the tag.</param>
/// <param name="Action"><c>Pulling fs layer</c>, <c>Downloading</c>, <c>Extracting</c>, <c>Pull complete</c>, <c>Already exists</c>…</param>
/// <param name="Current">Bytes done; with none and no total it is a change of state.</param>
/// <param name="Total">Bytes in all, or 0 where unknown.</param>
internal readonly record struct TransferEvent(string Id, string Action, long Current = 0, long Total = 0)
{
    public bool IsMovement => Current > 0 || Total > 0;
}
