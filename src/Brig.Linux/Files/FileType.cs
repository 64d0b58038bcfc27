namespace Brig.Linux;

/// <summary>The kind of an inode: the S_IFMT bits of a mode.</summary>
public enum FileType : uint
{
    Fifo = 0x1000,
    CharacterDevice = 0x2000,
    Directory = 0x4000,
    BlockDevice = 0x6000,
    Regular = 0x8000,
    SymbolicLink = 0xA000,
    Socket = 0xC000,
}
