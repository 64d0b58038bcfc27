namespace Brig.Linux;

/// <summary>What statx(2) tells of an inode. Times are nanoseconds since the epoch.</summary>
public readonly record struct FileStatus(
    uint Mode, uint Uid, uint Gid, ulong Inode, ulong Links, long Size, long Blocks,
    uint DeviceMajor, uint DeviceMinor, uint RdevMajor, uint RdevMinor, long ModifiedNanoseconds,
    long ChangedNanoseconds = 0)
{
    public FileType Type => (FileType)(Mode & 0xF000);

    /// <summary>The twelve permission bits.</summary>
    public uint Permissions => Mode & 0xFFF;

    public bool IsDirectory => Type == FileType.Directory;
}
