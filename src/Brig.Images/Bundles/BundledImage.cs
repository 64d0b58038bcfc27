namespace Brig.Images.Bundles;

/// <summary>An image to be bundled, with what is said about it.</summary>
public sealed record BundledImage(Image Image, IReadOnlyList<Attestation> Attestations);
