using Brig.Builds.Dockerfiles;
using Brig.Builds.Plan;
using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Builds.Graph;

/// <summary>A stage that is needed, with everything that it names found.</summary>
internal sealed class StageNode
{
    internal required Stage Stage { get; init; }

    internal required int Index { get; init; }

    /// <summary>Its name, or <c>stage-N</c>.</summary>
    internal required string Label { get; init; }

    internal required StagePlan Plan { get; init; }

    /// <summary>What it stands on.</summary>
    internal required Origin Base { get; init; }

    /// <summary>The configuration of what it stands on; null for nothing.</summary>
    internal required ImageConfig? BaseConfig { get; init; }

    internal required Platform Platform { get; init; }

    /// <summary>What its steps take from, by the name that they use; the empty name is the build context.</summary>
    internal required IReadOnlyDictionary<string, Origin> Origins { get; init; }

    /// <summary>The stages that must be there before this one can be whole.</summary>
    internal IEnumerable<StageNode> Needs => Origins.Values.Append(Base).OfType<Origin.OfStage>().Select(origin => origin.Stage);
}
