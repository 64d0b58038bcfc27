using Brig.Linux;
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

        // Opened anew: who had the descriptor before may have read its directory to the end.
        using SafeFileHandle root = Files.OpenAt(tree, ".", OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        walk.Run(root);
        writer.Finish();
        return walk.Size;
    }
}
