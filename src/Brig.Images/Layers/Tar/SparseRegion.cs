namespace Brig.Images.Layers.Tar;

/// <summary>A stretch of a sparse file that the archive holds; between two there are zeroes.</summary>
internal readonly record struct SparseRegion(long Offset, long Length);
