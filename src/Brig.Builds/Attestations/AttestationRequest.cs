namespace Brig.Builds.Attestations;

/// <summary>What is to be said about an image that leaves the store.</summary>
public sealed record AttestationRequest
{
    /// <summary>The packages that the databases of package managers name.</summary>
    public bool Sbom { get; init; }

    /// <summary>How it was built.</summary>
    public bool Provenance { get; init; }

    /// <summary>Build arguments too.</summary>
    public bool FullProvenance { get; init; }
}
