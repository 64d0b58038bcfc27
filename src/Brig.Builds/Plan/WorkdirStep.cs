namespace Brig.Builds.Plan;

/// <summary>WORKDIR other than the root.</summary>
internal sealed record WorkdirStep : PlannedStep
{
    internal required string Path { get; init; }

    /// <summary><c>user[:group]</c> that owns what is made; empty for root.</summary>
    internal required string User { get; init; }
}
