namespace Brig.Builds;

/// <summary>What a Dockerfile offers: its stages, and what one of them takes.</summary>
public sealed record BuildOutline
{
    /// <summary>Name and description of each stage that can be built, the default one last.</summary>
    public required IReadOnlyList<OutlineTarget> Targets { get; init; }

    /// <summary>The name of the stage that was asked for; empty for one without.</summary>
    public required string Name { get; init; }

    public required string Description { get; init; }

    public required IReadOnlyList<OutlineArg> Args { get; init; }

    public required IReadOnlyList<OutlineMount> Secrets { get; init; }

    public required IReadOnlyList<OutlineMount> Agents { get; init; }

    public required IReadOnlyList<string> Caches { get; init; }
}
