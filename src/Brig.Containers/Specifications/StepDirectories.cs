namespace Brig.Containers.Specifications;

/// <summary>The directories of a build step's root file system; the caller made them and keeps them.</summary>
public sealed record StepDirectories(IReadOnlyList<string> Lowers, string Upper, string Work);
