using Brig.Oci;

namespace Brig.Builds.Execution;

/// <summary>A step's layer, which holds nothing newer than <paramref name="Moment"/>. <paramref name="IsRepeatable"/> is false where a file changed while it was copied, so that the layer is not what its key says.</summary>
internal readonly record struct StepResult(DiffId Layer, Moment Moment, bool IsRepeatable);
