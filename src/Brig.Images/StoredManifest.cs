using Brig.Oci;

namespace Brig.Images;

/// <summary>A manifest as it came from a registry or was sent to one.</summary>
internal sealed record StoredManifest(Digest Digest, string MediaType, ReadOnlyMemory<byte> Content);
