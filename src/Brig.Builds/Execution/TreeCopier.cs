using System.Text;
using Brig.Builds.Context;
using Brig.Builds.Dockerfiles;
using Brig.Builds.Sources;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Builds.Execution;

/// <summary>Copies files of a tree into a root file system, by the rules of dockerfile.md, "COPY / ADD rules".</summary>
/// <param name="tree">What is copied from.</param>
/// <param name="rootfs">What is copied into.</param>
/// <param name="chown">The owner of all that is made; null keeps what the tree's owners are worth.</param>
/// <param name="mode">Changes the modes of all that is made; null keeps them.</param>
/// <param name="newest">No file gets a later time than this, in nanoseconds.</param>
/// <param name="token">Ends the copy.</param>
internal sealed class TreeCopier(SourceTree tree, Rootfs rootfs, Ownership? chown, ModeChange? mode, long newest, CancellationToken token)
{
    private readonly long _newest = Math.Min(newest, tree.Latest);

    private const uint NewDirectoryMode = 0x1ED;
    private const uint NewFileMode = 0x1A4;

    private readonly Dictionary<(uint, uint, ulong), (SafeFileHandle Directory, string Name)> _links = [];

    /// <summary>True once a file was not any more what was hashed: the result must not be found under that hash.</summary>
    internal bool SawChange { get; private set; }

    /// <summary>Copies a directory's contents into the destination, or a file to or into it.</summary>
    internal void Copy(ContextSource source, string destination)
    {
        try
        {
            if (source.Kept.Length > 0)
            {
                CopyKept(source, destination);
                return;
            }

            if (source.Node.Status.IsDirectory)
            {
                using SafeFileHandle directory = rootfs.Directory(destination, Own);
                Merge(source.Node, directory, destination.TrimEnd('/'));
                return;
            }

            (SafeFileHandle parent, string name) = rootfs.Place(destination, source.Name, Own);
            using (parent)
            {
                CopyFile(source.Node, parent, name, destination);
            }
        }
        finally
        {
            foreach ((SafeFileHandle directory, _) in _links.Values)
            {
                directory.Dispose();
            }

            _links.Clear();
        }
    }

    /// <summary>Writes a file that stands in the Dockerfile itself.</summary>
    internal void Write(Heredoc heredoc, string destination)
    {
        (SafeFileHandle directory, string name) = rootfs.Place(destination, heredoc.Name, Own);
        using (directory)
        {
            Clear(directory, name, destination);
            using SafeFileHandle file = Files.OpenAt(directory, name, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_NOFOLLOW, 0x180);
            Files.WriteAll(file, Encoding.UTF8.GetBytes(heredoc.Body));
            Settle(file, chown ?? Ownership.Root, NewFileMode, isDirectory: false);
        }
    }

    /// <summary>Gives a directory that the copy had to make its owner and mode.</summary>
    internal void Own(SafeFileHandle directory) => Settle(directory, chown ?? Ownership.Root, NewDirectoryMode, isDirectory: true);

    // --parents: the directories on the way are made like those of the source.
    private void CopyKept(ContextSource source, string destination)
    {
        string place = destination.TrimEnd('/');
        string[] parts = source.Kept.Split('/');
        for (int i = 0; i < parts.Length - 1; i++)
        {
            place += "/" + parts[i];
            ContextNode? like = i < source.Above!.Count ? source.Above[i] : null;
            rootfs.Directory(place, made =>
            {
                if (like is null)
                {
                    Own(made);
                }
                else
                {
                    Settle(made, OwnerOf(like), like.Status.Permissions, isDirectory: true);
                }
            }).Dispose();
        }

        place += "/" + parts[^1];
        if (source.Node.Status.IsDirectory)
        {
            using SafeFileHandle directory = rootfs.Directory(place, made => Settle(made, OwnerOf(source.Node), source.Node.Status.Permissions, isDirectory: true));
            Merge(source.Node, directory, place);
            return;
        }

        (SafeFileHandle parent, string name) = rootfs.Place(place, source.Name, Own);
        using (parent)
        {
            CopyFile(source.Node, parent, name, place);
        }
    }

    private void Merge(ContextNode source, SafeFileHandle target, string shown)
    {
        foreach (ContextNode child in source.Children)
        {
            token.ThrowIfCancellationRequested();
            string path = $"{shown}/{child.Name}";
            if (!child.Status.IsDirectory)
            {
                CopyFile(child, target, child.Name, path);
                continue;
            }

            switch (Files.TryStat(target, child.Name))
            {
                case null:
                    Files.MakeNewDirectory(target, child.Name);
                    break;
                case { IsDirectory: false }:
                    throw BrigException.Invalid($"cannot copy to non-directory: {Oci.Text.Quote(path)}");
            }

            using SafeFileHandle directory = Files.OpenAt(target, child.Name, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW);
            Merge(child, directory, path);
            CopyAttributes(child, directory);
            Settle(directory, OwnerOf(child), child.Status.Permissions, isDirectory: true);

            // After the contents, which change it.
            Inodes.SetModified(target, child.Name, Math.Min(child.Status.ModifiedNanoseconds, _newest));
        }
    }

    private void CopyFile(ContextNode node, SafeFileHandle directory, string name, string shown)
    {
        Clear(directory, name, shown);
        Ownership owner = OwnerOf(node);
        switch (node.Status.Type)
        {
            case FileType.Regular:
                CopyRegular(node, directory, name);
                break;
            case FileType.SymbolicLink:
                Files.Symlink(node.Target!, directory, name);
                Files.ChangeOwner(directory, name, owner.Uid, owner.Gid);
                break;
            default:
                Inodes.MakeNode(directory, name, (uint)node.Status.Type | 0x180, node.Status.RdevMajor, node.Status.RdevMinor);
                Files.ChangeOwner(directory, name, owner.Uid, owner.Gid);
                using (SafeFileHandle special = Files.OpenAt(directory, name, OpenFlags.O_PATH | OpenFlags.O_NOFOLLOW))
                {
                    // fchmod(2) takes no O_PATH descriptor.
                    Inodes.ChangeMode(special, Mode(node.Status.Permissions, isDirectory: false));
                }

                break;
        }

        Inodes.SetModified(directory, name, Math.Min(node.Status.ModifiedNanoseconds, _newest));
    }

    private void CopyRegular(ContextNode node, SafeFileHandle directory, string name)
    {
        (uint, uint, ulong) inode = (node.Status.DeviceMajor, node.Status.DeviceMinor, node.Status.Inode);
        if (node.Status.Links > 1 && _links.TryGetValue(inode, out (SafeFileHandle Directory, string Name) first))
        {
            using SafeFileHandle copied = Files.OpenAt(first.Directory, first.Name, OpenFlags.O_PATH | OpenFlags.O_NOFOLLOW);
            Inodes.Link(copied, directory, name);
            return;
        }

        using SafeFileHandle source = tree.Files.OpenFile(node);
        FileStatus now = Files.Stat(source);
        SawChange |= now != node.Status;
        if (now.Type != FileType.Regular)
        {
            throw BrigException.Conflict($"{node.Path} is no file any more");
        }

        using SafeFileHandle target = Files.OpenAt(directory, name, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_NOFOLLOW, 0x180);
        FileContents.Copy(source, target);
        Settle(target, OwnerOf(node), node.Status.Permissions, isDirectory: false);
        CopyAttributes(source, target);
        if (node.Status.Links > 1)
        {
            _links[inode] = (Files.OpenAt(directory, ".", OpenFlags.O_PATH | OpenFlags.O_DIRECTORY), name);
        }
    }

    private static void Clear(SafeFileHandle directory, string name, string shown)
    {
        switch (Files.TryStat(directory, name))
        {
            case null:
                break;
            case { IsDirectory: true }:
                throw BrigException.Invalid($"cannot replace to directory {Oci.Text.Quote(shown)} with file");
            default:
                Files.Unlink(directory, name);
                break;
        }
    }

    private Ownership OwnerOf(ContextNode node) =>
        chown ?? (tree.Owners == Owners.Kept ? new Ownership(node.Status.Uid, node.Status.Gid) : Ownership.Root);

    private void CopyAttributes(ContextNode node, SafeFileHandle target)
    {
        if (tree.Owners == Owners.Kept)
        {
            using SafeFileHandle source = tree.Files.OpenDirectory(node);
            CopyAttributes(source, target);
        }
    }

    // What the file system or the caller's rights do not take is left out, as Docker leaves it out. After the owner: chown(2) drops capabilities.
    private static void CopyAttributes(SafeFileHandle source, SafeFileHandle target)
    {
        foreach (byte[] name in ExtendedAttributes.List(source))
        {
            if (!name.AsSpan().StartsWith("trusted."u8) && !name.AsSpan().StartsWith("system."u8) && !name.AsSpan().StartsWith("security.selinux"u8)
                && !name.AsSpan().StartsWith("user.overlay."u8) && ExtendedAttributes.Get(source, name) is { } value)
            {
                ExtendedAttributes.Set(target, name, value);
            }
        }
    }

    // The owner first: chown(2) clears the set-user-ID bits.
    private void Settle(SafeFileHandle file, Ownership owner, uint permissions, bool isDirectory)
    {
        Files.ChangeOwner(file, owner.Uid, owner.Gid);
        Files.ChangeMode(file, Mode(permissions, isDirectory));
    }

    private uint Mode(uint permissions, bool isDirectory) => mode?.Apply(permissions, isDirectory) ?? permissions;
}
