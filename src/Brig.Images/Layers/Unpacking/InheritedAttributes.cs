using Brig.Images.Layers.Tar;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Layers.Unpacking;

/// <summary>
/// Directories that a layer has only because something in them changed look as the layers below have them: overlayfs shows the attributes
/// of the topmost one, and an archive need not name a directory that stays as it was.
/// </summary>
internal static class InheritedAttributes
{
    /// <param name="lowers">Gives the directories of the layers below, topmost first; called only where it is needed.</param>
    internal static void Give(LayerTree tree, Func<IReadOnlyList<string>> lowers)
    {
        if (!HasImplicit(tree.Root))
        {
            return;
        }

        List<SafeFileHandle> roots = [];
        try
        {
            foreach (string lower in lowers())
            {
                roots.Add(Files.Open(lower, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY));
            }

            if (roots.Count > 0)
            {
                Give(tree, tree.Root, roots);
            }
        }
        finally
        {
            roots.ForEach(root => root.Dispose());
        }
    }

    private static bool HasImplicit(LayerDirectory directory) => directory.Entry is null || directory.Children.Values.Any(HasImplicit);

    private static void Give(LayerTree tree, LayerDirectory directory, List<SafeFileHandle> parts)
    {
        if (directory.Entry is null)
        {
            RawFiles.Stat(parts[0], [], out RawStatus status);
            TarEntry entry = EntryAttributes.Describe(parts[0], [(byte)'.', 0], status);
            entry.Name = directory.Path()[..^1];
            tree.Describe(entry, directory);
        }

        if (directory.IsOpaque)
        {
            return; // what is in it has nothing below
        }

        foreach (LayerDirectory child in directory.Children.Values.Where(child => !child.IsNew && HasImplicit(child)))
        {
            List<SafeFileHandle> below = Enter(parts, child.Name);
            try
            {
                if (below.Count > 0)
                {
                    Give(tree, child, below);
                }
            }
            finally
            {
                below.ForEach(part => part.Dispose());
            }
        }
    }

    /// <summary>The directories of that name that overlayfs would merge, topmost first; none where the layers below show something else.</summary>
    private static List<SafeFileHandle> Enter(List<SafeFileHandle> parts, byte[] name)
    {
        List<SafeFileHandle> found = [];
        foreach (SafeFileHandle part in parts)
        {
            SafeFileHandle? inner = RawFiles.TryOpen(part, name, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, 0, out Errno errno);
            if (inner is null && errno == Errno.ENOENT)
            {
                continue;
            }

            if (inner is null)
            {
                break; // a whiteout, a file, a link: what is below it does not show
            }

            found.Add(inner);
            if (OverlayAttributes.IsOpaque(inner))
            {
                break;
            }
        }

        return found;
    }
}
