namespace Brig.Images.Layers.Index;

/// <summary>What a layer's index says of one path. Two entries are equal where the files are, whatever their names.</summary>
internal readonly record struct IndexEntry
{
    internal IndexKind Kind { get; init; }

    /// <summary>Of a directory: nothing of the layers below shows in it.</summary>
    internal bool IsOpaque { get; init; }

    /// <summary>The twelve permission bits.</summary>
    internal uint Permissions { get; init; }

    internal uint Uid { get; init; }

    internal uint Gid { get; init; }

    internal long Seconds { get; init; }

    internal uint Nanoseconds { get; init; }

    /// <summary>Bytes of a regular file.</summary>
    internal long Size { get; init; }

    /// <summary>XxHash3 of a regular file's content, or of a symbolic link's target.</summary>
    internal ulong Content { get; init; }

    /// <summary>XxHash3 of the extended attributes; 0 where there are none.</summary>
    internal ulong Attributes { get; init; }

    /// <summary>For a further name of a file: the place of its first one in the index, the root's being 1. 0 for every first name.</summary>
    internal uint Link { get; init; }

    internal uint Major { get; init; }

    internal uint Minor { get; init; }

    internal bool IsDirectory => Kind == IndexKind.Directory;

    internal bool IsWhiteout => Kind == IndexKind.Whiteout;
}
