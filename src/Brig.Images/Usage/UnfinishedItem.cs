namespace Brig.Images.Usage;

/// <summary>Something on the disk that is no image's: in the making, or left of what did not end.</summary>
/// <param name="Kind">Where it lies.</param>
/// <param name="Name">Of the entry in its folder.</param>
/// <param name="Size">Bytes that it takes.</param>
/// <param name="State">What becomes of it.</param>
public sealed record UnfinishedItem(UnfinishedKind Kind, string Name, long Size, UnfinishedState State);
