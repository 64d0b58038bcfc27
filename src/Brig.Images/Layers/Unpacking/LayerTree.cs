using Brig.Images.Layers.Tar;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Layers.Unpacking;

/// <summary>
/// The directories of a layer that is being unpacked. Nobody else changes them, so what is known here is what is there: walking a path
/// asks the kernel only where a name is new, and the walk never passes a symbolic link but by the rules of <see cref="Walk"/>.
/// Keeps the descriptors of the directories used last.
/// </summary>
internal sealed class LayerTree : IDisposable
{
    private const int MostHandles = 64;
    private const int MostLinks = 40; // as the kernel (MAXSYMLINKS)
    private const uint DirectoryMode = 0x1ED; // 0755

    private readonly SafeFileHandle _root;
    private readonly Queue<LayerDirectory> _open = new();

    internal LayerTree(SafeFileHandle root)
    {
        _root = root;
        Root = new LayerDirectory(null, [0]) { Handle = root };
    }

    internal LayerDirectory Root { get; }

    /// <summary>Changes whenever something was replaced: a path may lead elsewhere then.</summary>
    internal int Generation { get; private set; }

    /// <summary>The directory's descriptor, valid until the next few calls.</summary>
    internal SafeFileHandle Open(LayerDirectory directory)
    {
        if (directory.Handle is { } held)
        {
            return held;
        }

        byte[] path = directory.Path();
        SafeFileHandle handle = RawFiles.TryOpenDirectory(_root, path, out Errno errno) ?? throw new LinuxException("open", TarEntry.Show(path), errno);
        while (_open.Count >= MostHandles)
        {
            Close(_open.Dequeue());
        }

        directory.Handle = handle;
        _open.Enqueue(directory);
        return handle;
    }

    /// <summary>
    /// The directory at a path, made (0755, root's) where it is missing. A symbolic link that this layer made is followed as long as it
    /// stays below the root; one that is absolute or climbs out is refused.
    /// </summary>
    internal LayerDirectory Ensure(TarEntry entry, IEnumerable<byte[]> components) => Walk(entry, components, make: true)!;

    /// <summary>As <see cref="Ensure"/>, but null where it is missing.</summary>
    internal LayerDirectory? Find(TarEntry entry, IEnumerable<byte[]> components) => Walk(entry, components, make: false);

    /// <summary>Makes a directory, in the place of anything that is no directory.</summary>
    internal LayerDirectory Make(LayerDirectory parent, byte[] name, uint mode)
    {
        bool replaces = parent.Hidden?.Contains(name) == true;
        Errno errno;
        while ((errno = RawFiles.MakeDirectory(Open(parent), name, mode)) == Errno.EEXIST)
        {
            // Whatever stood here hid what lies below; so must the directory.
            replaces = true;
            Clear(parent, name);
        }

        Check(errno, "mkdir", parent, name);
        LayerDirectory made = new(parent, name);
        parent.Children.Add(name, made);
        if (replaces)
        {
            MakeOpaque(made);
            made.IsNew = true;
        }

        return made;
    }

    /// <summary>Whether anything has an attribute of overlayfs.</summary>
    internal bool HasMarks { get; private set; }

    /// <summary>Whether a directory has extended attributes of its own or from below.</summary>
    internal bool HasAttributes { get; private set; }

    internal void MakeOpaque(LayerDirectory directory)
    {
        if (directory.IsOpaque)
        {
            return;
        }

        // Whiteouts that are files would show in it as files, and there is nothing left to hide.
        foreach (byte[] name in directory.FileWhiteouts ?? [])
        {
            Check(RawFiles.Unlink(Open(directory), name), "unlink", directory, name);
        }

        directory.FileWhiteouts = null;
        OverlayAttributes.SetOpaque(Open(directory), TarEntry.Show(directory.Path()));
        directory.IsOpaque = HasMarks = true;
    }

    /// <summary>Makes a whiteout, unless the layer has something under the name itself: as a 0:0 device or, where none can be made, as a marked file.</summary>
    internal void MakeWhiteout(LayerDirectory parent, byte[] name)
    {
        Errno errno = RawFiles.MakeNode(Open(parent), name, FileType.CharacterDevice, 0, 0, 0);
        if (errno == Errno.EPERM)
        {
            if (RawFiles.Stat(Open(parent), name, out _) == Errno.None || parent.IsOpaque)
            {
                return;
            }

            if (parent.FileWhiteouts is null)
            {
                OverlayAttributes.AllowFileWhiteouts(Open(parent), TarEntry.Show(parent.Path()));
                parent.FileWhiteouts = new HashSet<byte[]>(NameComparer.Instance);
            }

            OverlayAttributes.MakeFileWhiteout(Open(parent), name);
            parent.FileWhiteouts.Add(name);
            HasMarks = true;
            return;
        }

        Check(errno == Errno.EEXIST ? Errno.None : errno, "mknod", parent, name);
    }

    /// <summary>Gives a directory its owner and mode now, extended attributes and time at the end.</summary>
    internal void Describe(TarEntry entry, LayerDirectory directory)
    {
        HasAttributes |= entry.Attributes.Count > 0;
        SafeFileHandle handle = Open(directory);
        Owners.Give(handle, entry);
        EntryAttributes.Check(RawFiles.ChangeMode(handle, entry.Permissions), "chmod", entry);
        directory.Entry = entry;
    }

    /// <summary>Removes what has the name, with everything below it.</summary>
    internal void Clear(LayerDirectory parent, byte[] name)
    {
        Generation++;
        parent.FileWhiteouts?.Remove(name);
        if (parent.Children.Remove(name))
        {
            Trees.Remove(Open(parent), name);
        }
        else
        {
            Check(RawFiles.Unlink(Open(parent), name), "unlink", parent, name);
        }
    }

    /// <summary>Sets the directories' times and extended attributes, when nothing more will change inside them.</summary>
    internal void Finish() => Finish(Root);

    public void Dispose()
    {
        while (_open.TryDequeue(out LayerDirectory? directory))
        {
            Close(directory);
        }
    }

    internal static void Check(Errno errno, string operation, LayerDirectory parent, byte[] name)
    {
        if (errno != Errno.None)
        {
            throw new LinuxException(operation, parent.Parent is null ? TarEntry.Show(name) : $"{TarEntry.Show(parent.Path())}/{TarEntry.Show(name)}", errno);
        }
    }

    private LayerDirectory? Walk(TarEntry entry, IEnumerable<byte[]> components, bool make)
    {
        LayerDirectory at = Root;
        Stack<byte[]> rest = new(components.Reverse());
        int links = 0;
        while (rest.TryPop(out byte[]? name))
        {
            if (name is [(byte)'.', (byte)'.', 0])
            {
                at = at.Parent ?? throw Outside(entry);
            }
            else if (at.Children.TryGetValue(name, out LayerDirectory? known))
            {
                at = known;
            }
            else if (LinkAt(at, name) is { } target)
            {
                if (++links > MostLinks || target is [(byte)'/', ..])
                {
                    throw links > MostLinks ? entry.Refuse("too many levels of symbolic links") : Outside(entry);
                }

                foreach (byte[] part in LayerPath.LinkParts(target).Reverse<byte[]>())
                {
                    rest.Push(part);
                }
            }
            else if (make)
            {
                if (at.Depth >= LayerPath.MostComponents)
                {
                    throw entry.Refuse($"more than {LayerPath.MostComponents} directories deep");
                }

                at = Make(at, name, DirectoryMode);
            }
            else
            {
                return null;
            }
        }

        return at;
    }

    private static BrigException Outside(TarEntry entry) => entry.Refuse("a symbolic link on its way leads outside the root filesystem");

    private byte[]? LinkAt(LayerDirectory parent, byte[] name) => RawFiles.ReadLink(Open(parent), name, out byte[] target) == Errno.None ? target : null;

    private void Finish(LayerDirectory directory)
    {
        foreach (LayerDirectory child in directory.Children.Values)
        {
            Finish(child);
        }

        if (directory.Entry is { } entry)
        {
            if (directory.Parent is { } parent && entry.Attributes.Count == 0)
            {
                Check(RawFiles.SetTimes(Open(parent), directory.Name, entry.Seconds, entry.Nanoseconds), "set the times of", parent, directory.Name);
                return;
            }

            SafeFileHandle handle = Open(directory);
            EntryAttributes.SetExtended(handle, entry);
            Check(RawFiles.SetTimes(handle, entry.Seconds, entry.Nanoseconds), "set the times of", directory, "."u8.ToArray());
        }
    }

    private void Close(LayerDirectory directory)
    {
        directory.Handle?.Dispose();
        directory.Handle = null;
    }
}
