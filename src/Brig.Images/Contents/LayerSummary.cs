using Brig.Oci;

namespace Brig.Images.Contents;

/// <summary>What one layer of an image does. Counts are of everything but directories; the bytes are those of regular files.</summary>
/// <param name="CreatedBy">The instruction that made it, from the image's history; empty where that says nothing.</param>
/// <param name="Size">Bytes of the layer's files.</param>
/// <param name="Overwritten">Paths of the layers below that have something else here.</param>
/// <param name="Hidden">Paths of the layers below that are gone from here on.</param>
/// <param name="Shadowed">Bytes of the layers below that nobody sees any more because of this one.</param>
public sealed record LayerSummary(DiffId DiffId, string CreatedBy, long Size, long Added, long Overwritten, long Hidden, long Shadowed);
