namespace Brig.Linux;

/// <summary>What an archive keeps of an inode, and the blocks of 512 bytes it takes. The time has its two halves: a tar may hold any 64-bit second.</summary>
public readonly record struct RawStatus(
    FileType Type, uint Permissions, uint Uid, uint Gid, ulong Inode, uint Links, long Size, uint Major, uint Minor, long Seconds, uint Nanoseconds, long Blocks)
{
    public bool IsDirectory => Type == FileType.Directory;

    /// <summary>What overlayfs takes for "deleted here" (Documentation/filesystems/overlayfs.rst, whiteouts).</summary>
    public bool IsWhiteout => Type == FileType.CharacterDevice && Major == 0 && Minor == 0;
}
