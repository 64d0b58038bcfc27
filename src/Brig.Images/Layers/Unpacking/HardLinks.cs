using Brig.Images.Layers.Index;
using Brig.Images.Layers.Tar;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Layers.Unpacking;

/// <summary>Hard links of a layer: to a file of the layer itself or, after copying that file up into this layer, of one below.</summary>
internal sealed class HardLinks(LayerTree tree, SafeFileHandle root, Func<IReadOnlyList<string>> lowers, ContentSums contents)
{
    private IReadOnlyList<string>? _lowers;

    /// <summary>Whether a file of a layer below was copied, with all its attributes.</summary>
    internal bool HaveCopied => _lowers is not null;

    internal void Make(TarEntry entry, LayerDirectory parent, byte[] name)
    {
        List<byte[]> path = LayerPath.OfTarget(entry);
        if (path.Count == 0)
        {
            throw entry.Refuse("a hard link to a directory");
        }

        byte[] targetName = path[^1];
        path.RemoveAt(path.Count - 1);
        LayerDirectory? target = tree.Find(entry, path);
        if (target == parent && targetName.AsSpan().SequenceEqual(name))
        {
            throw entry.Refuse("a hard link to itself");
        }

        if (target is null || !IsHere(target, targetName))
        {
            target = CopyUp(entry, path, targetName);
        }

        Errno errno;
        while ((errno = RawFiles.Link(tree.Open(target), targetName, tree.Open(parent), name)) == Errno.EEXIST)
        {
            if (RawFiles.Stat(tree.Open(parent), name, out RawStatus old) == Errno.None && RawFiles.Stat(tree.Open(target), targetName, out RawStatus own) == Errno.None && old.Inode == own.Inode)
            {
                return; // it is that link already
            }

            tree.Clear(parent, name);
        }

        if (errno != Errno.None)
        {
            throw errno == Errno.EPERM ? entry.Refuse("a hard link to a directory") : new LinuxException("link", entry.ShownName, errno);
        }
    }

    private bool IsHere(LayerDirectory directory, byte[] name) =>
        RawFiles.Stat(tree.Open(directory), name, out RawStatus status) == Errno.None && !status.IsWhiteout && directory.FileWhiteouts?.Contains(name) != true;

    private LayerDirectory CopyUp(TarEntry entry, List<byte[]> path, byte[] name)
    {
        _lowers ??= lowers();
        using MergedView view = new(root, _lowers);
        return view.CopyUp(entry, tree, path, name, contents)
            ?? throw entry.Refuse($"a hard link to {TarEntry.Show(entry.Target)}, which is neither in the layer nor in one below");
    }
}
