using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Layers.Index;

/// <summary>Makes the index of a tree.</summary>
internal static class LayerIndex
{
    /// <summary>Writes the index to a file that is empty. Gives the bytes of the tree's regular files, each inode once.</summary>
    internal static long Write(SafeFileHandle tree, SafeFileHandle index, ContentSums contents, CancellationToken token)
    {
        IndexWriter writer = new(index);
        TreeWalk walk = new(contents, writer.Add, token);
        walk.Run(tree);
        writer.Finish();
        return walk.Size;
    }
}
