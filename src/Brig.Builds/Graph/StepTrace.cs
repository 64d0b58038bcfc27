using Brig.Builds.Plan;
using Brig.Oci;

namespace Brig.Builds.Graph;

/// <summary>A step that was brought about: its key, what it stood on and the layer it gave.</summary>
internal sealed record StepTrace(StageNode Stage, PlannedStep Step, string Key, IReadOnlyList<DiffId> Below, DiffId Layer);
