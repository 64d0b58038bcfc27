namespace Brig.Images.Archives;

/// <summary>Where a file's content is in an archive, or what a link in it points to.</summary>
internal sealed record TarEntry(long Offset, long Size, string? LinkTarget);
