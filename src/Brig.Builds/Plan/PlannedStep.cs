using Brig.Builds.Dockerfiles;
using Brig.Oci.Images;

namespace Brig.Builds.Plan;

/// <summary>A step that makes a layer, with nothing left to look up but the files it works on.</summary>
internal abstract record PlannedStep
{
    internal required Instruction Instruction { get; init; }

    /// <summary>Its place among the steps of its stage that are shown; FROM is the first.</summary>
    internal required int Number { get; init; }

    /// <summary>The stages, images and named contexts that it takes files from, as they were written.</summary>
    internal virtual IEnumerable<string> TakesFrom => [];

    /// <summary>What the image would say if it ended here.</summary>
    internal ExecutionConfig Config { get; init; } = new();
}
