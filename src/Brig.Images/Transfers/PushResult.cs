using Brig.Oci;

namespace Brig.Images.Transfers;

/// <summary>What the registry has now: <c>TAG: digest: DIGEST size: SIZE</c>.</summary>
public sealed record PushResult(ImageReference Reference, Digest Digest, long Size);
