namespace Brig.Images;

/// <summary>Something that is not as it should be, in one line; <paramref name="Repaired"/> where it was put right.</summary>
public sealed record CheckFinding(string Problem, bool Repaired)
{
    /// <summary>Whether it is no damage: what a process that was killed left, and others take back or go on with by themselves.</summary>
    public bool IsLeftover { get; init; }
}
