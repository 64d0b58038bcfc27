using Brig.Images.Layers.Index;
using Brig.Images.Layers.Tar;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Layers.Unpacking;

/// <summary>
/// Finds a file as the layer that is being unpacked would show it above the layers below, and copies it into the layer.
/// The walk goes component by component, by descriptor; symbolic links are followed where they stay below the root.
/// </summary>
internal sealed class MergedView : IDisposable
{
    private const int MostLinks = 40;

    private readonly List<SafeFileHandle> _opened = [];
    private readonly List<MergedDirectory> _path = [];

    /// <param name="upper">The root of the layer that is being unpacked; stays the caller's.</param>
    /// <param name="lowers">Directories of the layers below, topmost first.</param>
    internal MergedView(SafeFileHandle upper, IReadOnlyList<string> lowers)
    {
        List<SafeFileHandle> roots = [upper];
        foreach (string lower in lowers)
        {
            SafeFileHandle root = Files.Open(lower, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
            _opened.Add(root);
            roots.Add(root);
        }

        _path.Add(new MergedDirectory([0], roots, upper));
    }

    /// <summary>Copies the file up, unless it is in this layer already; gives the directory of this layer that has it then, null where there is no such file.</summary>
    internal LayerDirectory? CopyUp(TarEntry entry, LayerTree tree, IReadOnlyList<byte[]> directory, byte[] name, ContentSums contents)
    {
        if (!Enter(entry, directory) || Look(name) is not { } found)
        {
            return null;
        }

        if (found.Status.IsDirectory)
        {
            throw entry.Refuse("a hard link to a directory");
        }

        LayerDirectory at = MakeParents(tree);
        if (found.Directory != _path[^1].Upper)
        {
            Copy(found.Directory, name, found.Status, tree.Open(at), contents);
        }

        return at;
    }

    public void Dispose() => _opened.ForEach(handle => handle.Dispose());

    private bool Enter(TarEntry entry, IReadOnlyList<byte[]> directory)
    {
        Stack<byte[]> rest = new(directory.Reverse());
        int links = 0;
        while (rest.TryPop(out byte[]? name))
        {
            if (name is [(byte)'.', (byte)'.', 0])
            {
                if (_path.Count == 1)
                {
                    throw Outside(entry);
                }

                _path.RemoveAt(_path.Count - 1);
                continue;
            }

            if (Look(name) is not { } found)
            {
                return false;
            }

            switch (found.Status.Type)
            {
                case FileType.Directory:
                    _path.Add(found.Merged!);
                    break;
                case FileType.SymbolicLink when RawFiles.ReadLink(found.Directory, name, out byte[] target) == Errno.None:
                    if (++links > MostLinks || target is [(byte)'/', ..])
                    {
                        throw Outside(entry);
                    }

                    foreach (byte[] part in LayerPath.LinkParts(target).Reverse<byte[]>())
                    {
                        rest.Push(part);
                    }

                    break;
                default:
                    return false;
            }
        }

        return true;
    }

    /// <summary>What overlayfs would show under a name in the directory reached.</summary>
    private (SafeFileHandle Directory, RawStatus Status, MergedDirectory? Merged)? Look(byte[] name)
    {
        List<SafeFileHandle> parts = [];
        SafeFileHandle? upper = null;
        (SafeFileHandle Directory, RawStatus Status)? first = null;
        foreach (SafeFileHandle part in _path[^1].Parts)
        {
            if (RawFiles.Stat(part, name, out RawStatus status) is not Errno.None and var errno)
            {
                if (errno == Errno.ENOENT)
                {
                    continue;
                }

                throw new LinuxException("stat", TarEntry.Show(name), errno);
            }

            if (OverlayAttributes.IsWhiteout(part, name, status, status.Size == 0 ? OverlayAttributes.FormOf(part) : OverlayDirectory.Plain) || (parts.Count > 0 && !status.IsDirectory))
            {
                break;
            }

            first ??= (part, status);
            if (!status.IsDirectory)
            {
                break;
            }

            SafeFileHandle directory = RawFiles.TryOpen(part, name, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, 0, out Errno reason) ?? throw new LinuxException("open", TarEntry.Show(name), reason);
            _opened.Add(directory);
            parts.Add(directory);
            upper ??= part == _path[^1].Upper ? directory : null;
            if (OverlayAttributes.IsOpaque(directory))
            {
                break;
            }
        }

        return first is { } found ? (found.Directory, found.Status, parts.Count > 0 ? new MergedDirectory(name, parts, upper) : null) : null;
    }

    /// <summary>The directories on the way, in this layer; those it does not have yet look as the layers below have them.</summary>
    private LayerDirectory MakeParents(LayerTree tree)
    {
        LayerDirectory at = tree.Root;
        foreach (MergedDirectory step in _path.Skip(1))
        {
            if (!at.Children.TryGetValue(step.Name, out LayerDirectory? next))
            {
                byte[] self = [(byte)'.', 0];
                RawFiles.Stat(step.Parts[0], [], out RawStatus status);
                next = tree.Make(at, step.Name, status.Permissions);
                tree.Describe(EntryAttributes.Describe(step.Parts[0], self, status), next);
            }

            at = next;
        }

        return at;
    }

    private static void Copy(SafeFileHandle from, byte[] name, RawStatus status, SafeFileHandle to, ContentSums contents)
    {
        TarEntry entry = EntryAttributes.Describe(from, name, status);
        entry.Name = name[..^1];
        if (entry.Type != TarEntryType.File)
        {
            EntryAttributes.Check(Nodes.Make(entry, to, name), "copy up", entry);
            EntryAttributes.Apply(to, name, entry);
            return;
        }

        using SafeFileHandle source = RawFiles.TryOpen(from, name, OpenFlags.O_RDONLY, 0, out Errno errno) ?? throw new LinuxException("open", entry.ShownName, errno);
        using SafeFileHandle target = RawFiles.TryOpen(to, name, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL, status.Permissions & 0x1FF, out errno) ?? throw new LinuxException("open", entry.ShownName, errno);
        byte[] buffer = new byte[1 << 17];
        while (Files.Read(source, buffer) is > 0 and int got)
        {
            // What is nothing but zeroes becomes a hole, as in the file that is copied or better.
            bool isHole = got == buffer.Length && !buffer.AsSpan().ContainsAnyExcept((byte)0);
            EntryAttributes.Check(isHole ? RawFiles.Skip(target, got) : RawFiles.Write(target, buffer.AsSpan(0, got)), "write", entry);
        }

        EntryAttributes.Check(RawFiles.Truncate(target, status.Size), "truncate", entry);
        EntryAttributes.Check(RawFiles.Stat(target, [], out RawStatus made), "stat", entry);
        EntryAttributes.Apply(target, entry, made);
        contents.Forget(made.Inode);
    }

    private static BrigException Outside(TarEntry entry) => entry.Refuse($"a hard link to {TarEntry.Show(entry.Target)}, where a symbolic link leads outside the root filesystem");
}
