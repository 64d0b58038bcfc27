using Brig.Images.Layers.Tar;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Layers.Unpacking;

/// <summary>A directory of the layer that is being unpacked, and what is left to do to it. Names end in a NUL.</summary>
internal sealed class LayerDirectory(LayerDirectory? parent, byte[] name)
{
    internal LayerDirectory? Parent { get; } = parent;

    internal byte[] Name { get; } = name;

    internal int Depth { get; } = parent is null ? 0 : parent.Depth + 1;

    internal Dictionary<byte[], LayerDirectory> Children { get; } = new(0, NameComparer.Instance);

    /// <summary>Names that the layer hides below itself: a directory of such a name must be opaque.</summary>
    internal HashSet<byte[]>? Hidden { get; set; }

    /// <summary>Its whiteouts that are marked files.</summary>
    internal HashSet<byte[]>? FileWhiteouts { get; set; }

    /// <summary>An open descriptor, where the tree keeps one at the moment.</summary>
    internal SafeFileHandle? Handle { get; set; }

    internal bool IsOpaque { get; set; }

    /// <summary>It is another one than the layers below have under the name.</summary>
    internal bool IsNew { get; set; }

    /// <summary>Extended attributes and time, set once nothing changes inside any more.</summary>
    internal TarEntry? Entry { get; set; }

    /// <summary>The path below the root, with a closing NUL; <c>.</c> for the root.</summary>
    internal byte[] Path()
    {
        if (Parent is null)
        {
            return [(byte)'.', 0];
        }

        byte[][] parts = new byte[Depth][];
        int length = 0;
        for (LayerDirectory at = this; at.Parent is not null; at = at.Parent)
        {
            parts[at.Depth - 1] = at.Name;
            length += at.Name.Length;
        }

        byte[] path = new byte[length];
        Span<byte> rest = path;
        foreach (byte[] part in parts)
        {
            part.CopyTo(rest);
            rest[part.Length - 1] = (byte)'/';
            rest = rest[part.Length..];
        }

        path[^1] = 0;
        return path;
    }
}
