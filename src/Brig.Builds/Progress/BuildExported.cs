using Brig.Oci;

namespace Brig.Builds;

/// <summary>The image is in the store and has its names.</summary>
public sealed record BuildExported(Digest Image, IReadOnlyList<ImageReference> Tags) : BuildEvent;
