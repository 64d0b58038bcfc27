using Brig.Oci.Images;

namespace Brig.Builds.Plan;

/// <summary>What a stage will do and what its image will say, known before anything runs.</summary>
internal sealed record StagePlan
{
    /// <summary>The steps that make layers, in order.</summary>
    internal required IReadOnlyList<PlannedStep> Steps { get; init; }

    /// <summary>How many steps are shown, FROM included.</summary>
    internal required int StepCount { get; init; }

    internal required ExecutionConfig Config { get; init; }

    internal string? Author { get; init; }

    /// <summary>The entries after the base's; those with a layer match <see cref="Steps"/> in order.</summary>
    internal required IReadOnlyList<HistoryDraft> History { get; init; }

    /// <summary>The ARGs that stages on this one see too.</summary>
    internal required VariableList Args { get; init; }
}
