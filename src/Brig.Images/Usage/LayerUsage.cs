using Brig.Oci;

namespace Brig.Images.Usage;

/// <summary>What a layer takes on the disk, and for whom.</summary>
/// <param name="Tree">Bytes of its directory.</param>
/// <param name="Blobs">Bytes of the blobs that it was made of or is sent as.</param>
/// <param name="Images">The images that have it: hidden ones, kept for the build cache or a container, too.</param>
public sealed record LayerUsage(DiffId DiffId, long Tree, long Blobs, IReadOnlyList<Image> Images)
{
    public long Size => Tree + Blobs;
}
