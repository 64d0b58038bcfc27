using Brig.Builds.Execution;
using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Builds.Graph;

/// <summary>What a stage came to.</summary>
internal sealed record StageResult
{
    /// <summary>Lowest first.</summary>
    internal required IReadOnlyList<DiffId> Layers { get; init; }

    /// <summary>Nothing in the layers is newer.</summary>
    internal required Moment Moment { get; init; }

    /// <summary>The whole history; entries without a layer have no time yet.</summary>
    internal required IReadOnlyList<History> History { get; init; }

    /// <summary>False where a file changed while it was copied, so that the result is not what its keys say.</summary>
    internal required bool IsRepeatable { get; init; }
}
