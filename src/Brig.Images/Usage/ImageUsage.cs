namespace Brig.Images.Usage;

/// <summary>What an image takes on the disk: bytes of its layers and their blobs. <paramref name="Shared"/> are those of layers that another image in the list has too.</summary>
/// <param name="Containers">How many containers use it.</param>
public sealed record ImageUsage(Image Image, long Size, long Shared, int Containers)
{
    /// <summary>What removing it alone would give back.</summary>
    public long Unique => Size - Shared;
}
