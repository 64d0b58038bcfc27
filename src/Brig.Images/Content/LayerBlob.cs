using Brig.Oci;

namespace Brig.Images.Content;

/// <summary>A layer as a registry has it: the blob whose uncompressed content has the diff ID.</summary>
internal sealed record LayerBlob(Digest Digest, DiffId DiffId, long Size, string MediaType);
