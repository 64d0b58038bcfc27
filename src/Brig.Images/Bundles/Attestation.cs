namespace Brig.Images.Bundles;

/// <summary>An in-toto statement about an image, without its subject (in-toto attestation v0.1).</summary>
/// <param name="PredicateType">The address that names the form of the predicate.</param>
/// <param name="Statement">Makes the statement for the digest of the image's manifest.</param>
public sealed record Attestation(string PredicateType, Func<Oci.Digest, byte[]> Statement);
