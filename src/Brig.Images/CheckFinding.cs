namespace Brig.Images;

/// <summary>Something that is not as it should be, in one line; <paramref name="Repaired"/> where it was put right.</summary>
public sealed record CheckFinding(string Problem, bool Repaired);
