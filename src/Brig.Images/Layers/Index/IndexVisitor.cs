namespace Brig.Images.Layers.Index;

/// <summary>Takes the paths of a tree one by one, in the order of the index. The name has no NUL; the root's is empty.</summary>
internal delegate void IndexVisitor(int depth, ReadOnlySpan<byte> name, IndexEntry entry);
