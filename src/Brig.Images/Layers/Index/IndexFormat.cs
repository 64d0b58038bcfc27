namespace Brig.Images.Layers.Index;

/// <summary>
/// The file <c>index</c> beside a layer's tree: eight bytes of magic, then every path in the order of a walk (a directory before what is
/// in it, names by their bytes), each as its depth, name and attributes in variable-length numbers, then a closing depth, the number of
/// entries and the XxHash3 of all before. About thirty bytes a file. It shows accidents, not intent: who can write the tree can write the index.
/// </summary>
internal static class IndexFormat
{
    internal const string FileName = "index";

    /// <summary>Stands in the place of a depth, which counts from 1 (the root).</summary>
    internal const byte End = 0;

    internal const byte OpaqueFlag = 0x10, AttributesFlag = 0x20, LinkFlag = 0x40, KindMask = 0x0F;

    internal static ReadOnlySpan<byte> Magic => "BRIGIDX1"u8;
}
