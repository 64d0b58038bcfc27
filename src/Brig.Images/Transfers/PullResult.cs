using Brig.Oci;

namespace Brig.Images.Transfers;

/// <summary>What a pull came to. <paramref name="Digest"/> is that of the manifest or index that the name has at the registry; <paramref name="Image"/> may be an artifact where those were asked for.</summary>
public sealed record PullResult(ImageReference Reference, Image Image, Digest Digest, PullOutcome Outcome);
