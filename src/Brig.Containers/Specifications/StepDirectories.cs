namespace Brig.Containers.Specifications;

/// <summary>The directories of a build step's root file system; the caller made them and keeps them.</summary>
public sealed record StepDirectories(IReadOnlyList<string> Lowers, string Upper, string Work)
{
    /// <summary>What is mounted into it from other layers.</summary>
    public IReadOnlyList<StepTree> Trees { get; init; } = [];

    /// <summary>A file of more variables, each ended by a zero byte: values that no database may hold. Null for none.</summary>
    public string? EnvironmentFile { get; init; }
}
