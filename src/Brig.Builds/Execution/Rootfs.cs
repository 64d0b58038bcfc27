using System.Text;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Builds.Execution;

/// <summary>
/// The root file system that a step changes, reached only through the descriptor of its root: links in it, absolute ones too, lead to
/// places inside it and never outside.
/// </summary>
internal sealed class Rootfs(SafeFileHandle root)
{
    private const int LinkLimit = 40;
    private const int TextLimit = 4 << 20;

    /// <summary>Opens a directory, making what is missing of the path. Throws Invalid where something else stands there.</summary>
    /// <param name="path">Absolute. Links in it are followed, those that lead to nothing too.</param>
    /// <param name="made">Called for each directory that was made.</param>
    internal SafeFileHandle Directory(string path, Action<SafeFileHandle> made) => Directory(path, made, LinkLimit);

    /// <summary>Where a file goes that is copied to <paramref name="path"/>: an open directory and the name in it.</summary>
    /// <param name="name">The file's own name, used where the path is a directory.</param>
    internal (SafeFileHandle Directory, string Name) Place(string path, string name, Action<SafeFileHandle> made)
    {
        for (int links = LinkLimit; links > 0; links--)
        {
            if (path.EndsWith('/'))
            {
                return (Directory(path, made), name);
            }

            (string parentPath, string last) = Split(path);
            SafeFileHandle parent = Directory(parentPath, made);
            switch (Files.TryStat(parent, last)?.Type)
            {
                case FileType.Directory:
                    parent.Dispose();
                    return (Directory(path, made), name);
                case FileType.SymbolicLink:
                    path = Follow(parentPath, Files.ReadLink(parent, last));
                    parent.Dispose();
                    break;
                default:
                    return (parent, last);
            }
        }

        throw new LinuxException("open", path, Errno.ELOOP);
    }

    /// <summary>The text of a small file such as <c>/etc/passwd</c>; empty where there is none.</summary>
    internal string Text(string path)
    {
        using SafeFileHandle? file = Open(path, OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK, out Errno errno);
        return file is not null ? Files.Stat(file).Type == FileType.Regular ? Encoding.UTF8.GetString(Files.ReadAll(file, TextLimit)) : ""
            : errno is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP ? ""
            : throw new LinuxException("open", path, errno);
    }

    private SafeFileHandle Directory(string path, Action<SafeFileHandle> made, int links)
    {
        if (Open(path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, out Errno errno) is { } there)
        {
            return there;
        }

        switch (errno)
        {
            case Errno.ENOENT when links > 0:
                break;
            case Errno.ENOTDIR:
                throw BrigException.Invalid($"cannot copy to non-directory: {Oci.Text.Quote(path)}");
            default:
                throw new LinuxException("open", path, errno);
        }

        (string parentPath, string last) = Split(path);
        using SafeFileHandle parent = Directory(parentPath, made, links - 1);
        switch (Files.TryStat(parent, last)?.Type)
        {
            case null:
                Files.MakeDirectory(parent, last);
                SafeFileHandle directory = Files.OpenAt(parent, last, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW);
                made(directory);
                return directory;
            case FileType.SymbolicLink: // to nothing, or it would have been opened
                return Directory(Follow(parentPath, Files.ReadLink(parent, last)), made, links - 1);
            default:
                return Open(path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, out errno) ?? throw new LinuxException("open", path, errno);
        }
    }

    private SafeFileHandle? Open(string path, OpenFlags flags, out Errno errno) =>
        Files.TryOpenIn(root, path, flags, 0, Resolve.RESOLVE_IN_ROOT | Resolve.RESOLVE_NO_MAGICLINKS, out errno);

    // Not cleaned: the kernel must resolve what stands before a "..".
    private static string Follow(string folder, string target) => target.StartsWith('/') ? target : $"{folder}/{target}";

    private static (string Parent, string Last) Split(string path)
    {
        string trimmed = path.TrimEnd('/');
        int slash = trimmed.LastIndexOf('/');
        return (slash <= 0 ? "/" : trimmed[..slash], trimmed[(slash + 1)..]);
    }
}
