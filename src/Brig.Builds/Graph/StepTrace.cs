using Brig.Builds.Execution;
using Brig.Builds.Plan;
using Brig.Oci;

namespace Brig.Builds.Graph;

/// <summary>A step that was brought about: what it is known by, what it stood on and the layer it gave.</summary>
/// <param name="Stage">The stage that it belongs to.</param>
/// <param name="Step">What was done.</param>
/// <param name="Key">The key of all that it reads; null where a quick one was enough to find it.</param>
/// <param name="Quick">The key that took no reading; null where there is none.</param>
/// <param name="Below">The layers that it stood on, lowest first.</param>
/// <param name="Layer">What it gave.</param>
/// <param name="Moment">Nothing in the layer is newer.</param>
internal sealed record StepTrace(StageNode Stage, PlannedStep Step, string? Key, string? Quick, IReadOnlyList<DiffId> Below, DiffId Layer = default, Moment Moment = default)
{
    /// <summary>Everything that another machine may know the step by.</summary>
    internal IEnumerable<string> Keys => ((string?[])[Key, Quick]).OfType<string>();
}
