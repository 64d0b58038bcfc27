namespace Brig.Images.Layers.Tar;

/// <summary>What an entry stands for, once the extension headers before it are read.</summary>
internal enum TarEntryType
{
    File,
    HardLink,
    SymbolicLink,
    CharacterDevice,
    BlockDevice,
    Directory,
    Fifo,
}
