using System.IO.Hashing;
using Brig.Images.Layers.Index;
using Brig.Images.Layers.Tar;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Layers.Unpacking;

/// <summary>
/// Turns the entries of a layer's archive into a directory tree in overlayfs form (image-spec layer.md). To be used on a thread
/// whose umask is 0; the root must be open and nobody else may change it meanwhile.
/// </summary>
internal sealed class LayerUnpacker : IDisposable
{
    private readonly TarReader _reader;
    private readonly LayerTree _tree;
    private readonly HardLinks _links;
    private readonly Func<IReadOnlyList<string>> _lowers;
    private readonly XxHash3 _sum = new();
    private byte[] _lastParent = [];
    private int _lastGeneration;
    private LayerDirectory _lastDirectory;

    internal LayerUnpacker(TarReader reader, SafeFileHandle root, Func<IReadOnlyList<string>> lowers)
    {
        _reader = reader;
        _lowers = lowers;
        _tree = new LayerTree(root);
        _links = new HardLinks(_tree, root, lowers, Contents);
        _lastDirectory = _tree.Root;
    }

    /// <summary>What the files that were made hold.</summary>
    internal ContentSums Contents { get; } = new();

    internal long Entries { get; private set; }

    /// <summary>Unpacks every entry up to the archive's end mark.</summary>
    internal void Run(CancellationToken token)
    {
        while (_reader.Next() is { } entry)
        {
            token.ThrowIfCancellationRequested();
            Unpack(entry);
            Entries++;
        }

        InheritedAttributes.Give(_tree, _lowers);
        _tree.Finish();
        Contents.MayHaveAttributes |= _tree.HasMarks || _tree.HasAttributes || _links.HaveCopied;
    }

    public void Dispose() => _tree.Dispose();

    private void Unpack(TarEntry entry)
    {
        Contents.MayHaveAttributes |= entry.Attributes.Count > 0;
        if (entry.Name.Length == 0 || entry.Name.AsSpan().Contains((byte)0))
        {
            throw entry.Refuse("no name");
        }

        if (Split(entry) is not { } place)
        {
            if (entry.Type == TarEntryType.Directory)
            {
                _tree.Describe(entry, _tree.Root);
            }
            else
            {
                throw entry.Refuse("only a directory can be the root");
            }
        }
        else if (place.Parent is null)
        {
            return;
        }
        else if (Whiteouts.IsWhiteout(place.Name))
        {
            Hide(entry, place.Parent, place.Name);
        }
        else
        {
            Make(entry, place.Parent, place.Name);
        }
    }

    /// <summary>Null for the root itself; without a parent where the entry is to be skipped.</summary>
    private (LayerDirectory? Parent, byte[] Name)? Split(TarEntry entry)
    {
        // Nearly every entry stands in the same directory as the one before.
        ReadOnlySpan<byte> path = entry.Name.AsSpan().TrimEnd((byte)'/');
        int slash = path.LastIndexOf((byte)'/');
        ReadOnlySpan<byte> name = path[(slash + 1)..];
        if (slash > 0 && path[..slash].SequenceEqual(_lastParent) && _lastGeneration == _tree.Generation && !name.StartsWith("."u8))
        {
            return (_lastDirectory, [.. name, 0]);
        }

        List<byte[]> components = LayerPath.OfEntry(entry);
        if (components.Count == 0)
        {
            return null;
        }

        byte[] last = components[^1];
        components.RemoveAt(components.Count - 1);
        if (Whiteouts.IsReserved(last) || components.Exists(component => component.AsSpan().StartsWith(Whiteouts.Reserved)))
        {
            return (null, last);
        }

        if (components.Exists(component => Whiteouts.IsWhiteout(component)))
        {
            throw entry.Refuse("a whiteout has nothing below it");
        }

        LayerDirectory parent = _tree.Ensure(entry, components);
        if (!name.StartsWith("."u8))
        {
            (_lastParent, _lastDirectory, _lastGeneration) = (path[..Math.Max(slash, 0)].ToArray(), parent, _tree.Generation);
        }

        return (parent, last);
    }

    private void Hide(TarEntry entry, LayerDirectory parent, byte[] marker)
    {
        if (Whiteouts.IsOpaque(marker))
        {
            _tree.MakeOpaque(parent);
            return;
        }

        byte[] name = marker[Whiteouts.Prefix.Length..];
        if (name is [0] or [(byte)'.', 0] or [(byte)'.', (byte)'.', 0])
        {
            throw entry.Refuse("a whiteout of no file");
        }

        // It hides what lies below, never what this layer has under the same name, before or after it.
        (parent.Hidden ??= new HashSet<byte[]>(NameComparer.Instance)).Add(name);
        if (parent.Children.TryGetValue(name, out LayerDirectory? directory))
        {
            _tree.MakeOpaque(directory);
            directory.IsNew = true;
            return;
        }

        _tree.MakeWhiteout(parent, name);
    }

    private void Make(TarEntry entry, LayerDirectory parent, byte[] name)
    {
        switch (entry.Type)
        {
            case TarEntryType.Directory:
                _tree.Describe(entry, parent.Children.GetValueOrDefault(name) ?? _tree.Make(parent, name, entry.Permissions));
                break;
            case TarEntryType.File:
                MakeFile(entry, parent, name);
                break;
            case TarEntryType.HardLink:
                _links.Make(entry, parent, name);
                break;
            default:
                MakeNode(entry, parent, name);
                break;
        }
    }

    private void MakeFile(TarEntry entry, LayerDirectory parent, byte[] name)
    {
        SafeFileHandle? file;
        Errno errno;
        while ((file = RawFiles.TryOpen(_tree.Open(parent), name, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL, entry.Permissions & 0x1FF, out errno)) is null)
        {
            LayerTree.Check(errno == Errno.EEXIST ? Errno.None : errno, "open", parent, name);
            _tree.Clear(parent, name);
        }

        using (file)
        {
            EntryAttributes.Check(RawFiles.Stat(file, [], out RawStatus made), "stat", entry);
            Fill(entry, file);
            EntryAttributes.Apply(file, entry, made);
            Remember(entry, made.Inode);
        }
    }

    /// <summary>A sparse file's content is more than what the archive has of it: it is read again where it is needed.</summary>
    private void Remember(TarEntry entry, ulong inode)
    {
        if (entry is { Regions: null, Length: > 0 })
        {
            Contents.Add(inode, _sum.GetCurrentHashAsUInt64());
        }
        else
        {
            Contents.Forget(inode);
        }

        _sum.Reset();
    }

    private void Fill(TarEntry entry, SafeFileHandle file)
    {
        if (entry.Regions is null)
        {
            while (_reader.Content() is { Length: > 0 } piece)
            {
                _sum.Append(piece);
                EntryAttributes.Check(RawFiles.Write(file, piece), "write", entry);
            }

            return;
        }

        ReadOnlySpan<byte> content = [];
        foreach (SparseRegion region in entry.Regions)
        {
            EntryAttributes.Check(RawFiles.Seek(file, region.Offset), "seek", entry);
            for (long left = region.Length; left > 0;)
            {
                content = content.IsEmpty ? _reader.Content() : content;
                ReadOnlySpan<byte> part = content[..(int)Math.Min(left, content.Length)];
                EntryAttributes.Check(RawFiles.Write(file, part), "write", entry);
                content = content[part.Length..];
                left -= part.Length;
            }
        }

        EntryAttributes.Check(RawFiles.Truncate(file, entry.Length), "truncate", entry);
    }

    private void MakeNode(TarEntry entry, LayerDirectory parent, byte[] name)
    {
        if (entry.Type == TarEntryType.CharacterDevice && entry is { Major: 0, Minor: 0 })
        {
            // overlayfs would take it for a whiteout; no driver has that number.
            throw entry.Refuse("a character device 0:0");
        }

        Errno errno;
        while ((errno = Nodes.Make(entry, _tree.Open(parent), name)) == Errno.EEXIST)
        {
            _tree.Clear(parent, name);
        }

        if (errno == Errno.EPERM && entry.Type is (TarEntryType.CharacterDevice or TarEntryType.BlockDevice))
        {
            return; // in a user namespace no device can be made, and none could be used: the image is whole without
        }

        LayerTree.Check(errno, entry.Type == TarEntryType.SymbolicLink ? "symlink" : "mknod", parent, name);
        EntryAttributes.Apply(_tree.Open(parent), name, entry);
    }
}
