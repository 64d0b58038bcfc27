using System.Text;
using Brig.Images.Layers;
using Brig.Images.Layers.Unpacking;
using Brig.Linux;
using Brig.Oci;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images;

/// <summary>What follows from the order of an image's layers.</summary>
internal static class LayerStack
{
    /// <summary>Topmost first. overlayfs refuses a directory that comes twice (ELOOP); the lower one shows nothing that the upper does not.</summary>
    internal static IReadOnlyList<string> Directories(LayerStore store, IEnumerable<DiffId> lowestFirst)
    {
        List<string> directories = [];
        foreach (string directory in lowestFirst.Reverse().Distinct().Select(store.PathOf))
        {
            directories.Add(directory);

            // overlayfs does not look at the mark on the root of a layer, which hides everything below it all the same.
            using SafeFileHandle? root = Files.TryOpenAt(null, directory, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, 0, out _);
            if (root is not null && OverlayAttributes.IsOpaque(root))
            {
                break;
            }
        }

        return directories;
    }

    /// <summary>The chain ID of each layer (image-spec config.md#layer-chainid), lowest first.</summary>
    internal static IReadOnlyList<Digest> ChainIds(IReadOnlyList<DiffId> lowestFirst)
    {
        List<Digest> chain = [];
        foreach (DiffId layer in lowestFirst)
        {
            chain.Add(chain is [.., Digest below] ? Digest.Sha256(Encoding.ASCII.GetBytes($"{below} {layer}")) : layer.Digest);
        }

        return chain;
    }
}
