using System.Text;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Containers.Copies;

/// <summary>
/// Copies a file or a tree from one place to another (semantics.md 61): into a directory that is there, else under the name given.
/// By descriptor and without following links, other than in the two paths themselves, and there inside each one's root.
/// </summary>
internal sealed class FileCopy(CopyOptions options, uint uid, uint gid)
{
    private readonly byte[] _piece = new byte[256 << 10];

    /// <summary>Content copied so far.</summary>
    internal long Bytes { get; private set; }

    internal void Run(CopyPlace from, CopyPlace to)
    {
        bool follow = from.EndsInSlash || (options & CopyOptions.FollowLink) != 0;
        using SafeFileHandle source = from.TryOpen(follow ? OpenFlags.O_PATH : OpenFlags.O_PATH | OpenFlags.O_NOFOLLOW)
            ?? throw BrigException.NotFound($"Could not find the file {Oci.Text.Quote(from.Path)}");
        FileStatus status = Files.Stat(source);
        if (from.EndsInSlash && !status.IsDirectory)
        {
            throw BrigException.Invalid($"{Oci.Text.Quote(from.Path)}: not a directory");
        }

        using SafeFileHandle? target = to.TryOpen(OpenFlags.O_PATH);
        if (target is not null && Files.Stat(target).IsDirectory)
        {
            using SafeFileHandle folder = to.TryOpen(OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY)!;
            if (status.IsDirectory && (from.IsContent || from.Name.Length == 0))
            {
                CopyContent(from, folder);
            }
            else
            {
                CopyNamed(from, follow, status, folder, from.Name is ".." or "." ? throw BrigException.Invalid($"{from.Path}: a name is needed") : from.Name);
            }

            return;
        }

        if (target is not null)
        {
            CopyOver(from, status, to);
            return;
        }

        if (to.EndsInSlash && !status.IsDirectory)
        {
            throw BrigException.NotFound($"destination directory {Oci.Text.Quote(to.Path)} must exist");
        }

        using SafeFileHandle parent = to.Parent.TryOpen(OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY)
            ?? throw BrigException.NotFound($"Could not find the directory {Oci.Text.Quote(to.Parent.Path)}: a destination's parent must exist");
        CopyNamed(from, follow, status, parent, to.Name);
    }

    private void CopyContent(CopyPlace from, SafeFileHandle folder)
    {
        using SafeFileHandle source = from.TryOpen(OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY)!;
        foreach (byte[] name in Trees.Entries(source))
        {
            CopyEntry(source, name, folder, name);
        }
    }

    private void CopyNamed(CopyPlace from, bool follow, FileStatus status, SafeFileHandle folder, string name)
    {
        byte[] target = [.. Encoding.UTF8.GetBytes(name), 0];
        if (follow && status.IsDirectory)
        {
            using SafeFileHandle source = from.TryOpen(OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY)!;
            Check(RawFiles.Stat(source, default, out RawStatus raw), "stat", from.Path);
            CopyDirectory(source, raw, folder, target);
        }
        else if (follow && status.Type == FileType.Regular)
        {
            using SafeFileHandle source = from.TryOpen(OpenFlags.O_RDONLY)!;
            Check(RawFiles.Stat(source, default, out RawStatus raw), "stat", from.Path);
            CopyRegular(source, raw, folder, target);
        }
        else
        {
            using SafeFileHandle parent = from.Parent.TryOpen(OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY) ?? throw BrigException.NotFound($"Could not find the file {Oci.Text.Quote(from.Path)}");
            CopyEntry(parent, [.. Encoding.UTF8.GetBytes(from.Name), 0], folder, target);
        }
    }

    /// <summary>Over a file that is there: written into it, since a link may lead to it and it may be a mount.</summary>
    private void CopyOver(CopyPlace from, FileStatus status, CopyPlace to)
    {
        if (status.IsDirectory)
        {
            throw BrigException.Invalid("cannot copy directory");
        }

        if (status.Type != FileType.Regular)
        {
            throw BrigException.Invalid($"{Oci.Text.Quote(from.Path)} is no regular file and cannot be written over {Oci.Text.Quote(to.Path)}");
        }

        using SafeFileHandle source = from.TryOpen(OpenFlags.O_RDONLY)!;
        using SafeFileHandle target = to.TryOpen(OpenFlags.O_WRONLY | OpenFlags.O_TRUNC | OpenFlags.O_NONBLOCK)!;
        Check(RawFiles.Stat(source, default, out RawStatus raw), "stat", from.Path);
        Transfer(source, target);
        SetAttributes(target, raw);
    }

    private void CopyEntry(SafeFileHandle parent, byte[] name, SafeFileHandle folder, byte[] target)
    {
        Check(RawFiles.Stat(parent, name, out RawStatus status), "stat", Text(name));
        switch (status.Type)
        {
            case FileType.Directory:
                using (SafeFileHandle source = Open(parent, name, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW))
                {
                    CopyDirectory(source, status, folder, target);
                }

                break;
            case FileType.Regular:
                using (SafeFileHandle source = Open(parent, name, OpenFlags.O_RDONLY | OpenFlags.O_NOFOLLOW | OpenFlags.O_NONBLOCK))
                {
                    CopyRegular(source, status, folder, target);
                }

                break;
            case FileType.SymbolicLink:
                Check(RawFiles.ReadLink(parent, name, out byte[] link), "readlink", Text(name));
                MakeRoom(folder, target);
                Check(RawFiles.Symlink([.. link, 0], folder, target), "symlink", Text(target));
                SetOwner(folder, target, status);
                break;
            case FileType.Socket:
                break; // nobody listens on a copy
            default:
                MakeRoom(folder, target);
                Check(RawFiles.MakeNode(folder, target, status.Type, status.Permissions, status.Major, status.Minor), "mknod", Text(target));
                SetOwner(folder, target, status);
                break;
        }
    }

    /// <summary>Into a directory that is there, which stays as it is, or a new one with the source's attributes.</summary>
    private void CopyDirectory(SafeFileHandle source, RawStatus status, SafeFileHandle folder, byte[] target)
    {
        bool isThere = RawFiles.Stat(folder, target, out RawStatus existing) == Errno.None;
        if (isThere && !existing.IsDirectory)
        {
            throw BrigException.Invalid($"cannot overwrite non-directory \"{Text(target)}\" with directory");
        }

        if (!isThere)
        {
            Check(RawFiles.MakeDirectory(folder, target, 0x1C0), "mkdir", Text(target));
        }

        using SafeFileHandle inner = Open(folder, target, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW);
        FileStatus self = Files.Stat(inner);
        foreach (byte[] name in Trees.Entries(source))
        {
            // A directory that is copied into itself does not have its copy in it.
            if (Files.TryStat(source, Text(name)) is not { IsDirectory: true } entry || (entry.Inode, entry.DeviceMajor, entry.DeviceMinor) != (self.Inode, self.DeviceMajor, self.DeviceMinor))
            {
                CopyEntry(source, name, inner, name);
            }
        }

        if (!isThere)
        {
            SetAttributes(inner, status);
        }
    }

    private void CopyRegular(SafeFileHandle source, RawStatus status, SafeFileHandle folder, byte[] target)
    {
        MakeRoom(folder, target);
        using SafeFileHandle copy = Open(folder, target, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_NOFOLLOW, 0x180);
        Transfer(source, copy);
        SetAttributes(copy, status);
    }

    private void Transfer(SafeFileHandle source, SafeFileHandle target)
    {
        while (Files.Read(source, _piece) is > 0 and int got)
        {
            Files.WriteAll(target, _piece.AsSpan(0, got));
            Bytes += got;
        }
    }

    private static void MakeRoom(SafeFileHandle folder, byte[] name)
    {
        if (RawFiles.Stat(folder, name, out RawStatus existing) != Errno.None)
        {
            return;
        }

        if (existing.IsDirectory)
        {
            throw BrigException.Invalid($"cannot overwrite directory \"{Text(name)}\" with non-directory");
        }

        Check(RawFiles.Unlink(folder, name), "unlink", Text(name));
    }

    /// <summary>Owner first: a change of owner clears setuid bits.</summary>
    private void SetAttributes(SafeFileHandle file, RawStatus status)
    {
        bool keep = (options & CopyOptions.KeepOwners) != 0;
        Check(RawFiles.ChangeOwner(file, keep ? status.Uid : uid, keep ? status.Gid : gid), "chown", null);
        Check(RawFiles.ChangeMode(file, status.Permissions), "chmod", null);
        Check(RawFiles.SetTimes(file, status.Seconds, status.Nanoseconds), "utimensat", null);
    }

    private void SetOwner(SafeFileHandle folder, byte[] name, RawStatus status)
    {
        bool keep = (options & CopyOptions.KeepOwners) != 0;
        Check(RawFiles.ChangeOwner(folder, name, keep ? status.Uid : uid, keep ? status.Gid : gid), "chown", Text(name));
    }

    private static SafeFileHandle Open(SafeFileHandle folder, byte[] name, OpenFlags flags, uint mode = 0) =>
        RawFiles.TryOpen(folder, name, flags, mode, out Errno errno) ?? throw new LinuxException("open", Text(name), errno);

    private static void Check(Errno errno, string operation, string? path)
    {
        if (errno != Errno.None)
        {
            throw new LinuxException(operation, path, errno);
        }
    }

    private static string Text(byte[] name) => Encoding.UTF8.GetString(name.AsSpan().TrimEnd((byte)0));
}
