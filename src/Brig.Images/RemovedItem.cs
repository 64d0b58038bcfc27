namespace Brig.Images;

/// <summary>One line of what a removal did, as Docker's API has it: one of the two is set.</summary>
public sealed record RemovedItem(string? Untagged, string? Deleted)
{
    public override string ToString() => Untagged is null ? $"Deleted: {Deleted}" : $"Untagged: {Untagged}";
}
