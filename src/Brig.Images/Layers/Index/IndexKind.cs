namespace Brig.Images.Layers.Index;

/// <summary>What an entry of a layer is. The numbers stand in the file.</summary>
internal enum IndexKind : byte
{
    Directory = 1,
    File = 2,
    SymbolicLink = 3,
    CharacterDevice = 4,
    BlockDevice = 5,
    Fifo = 6,

    /// <summary>Hides what the layers below have under the name.</summary>
    Whiteout = 7,
}
