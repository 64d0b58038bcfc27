using System.Runtime.InteropServices;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Launch;

/// <summary>Paths inside a root that is not anybody's root directory yet: every symbolic link is resolved inside it.</summary>
public static class MountPoints
{
    private const int MaximumLinks = 40;
    private const uint DirectoryMode = 0x1ED;

    /// <summary>Makes sure that the path is a directory, with what is missing made 0755; symbolic links, dangling ones too, are followed inside the root.</summary>
    public static void EnsureDirectory(SafeHandle root, string path) => Ensure(root, path, directory: true);

    /// <summary>Makes sure that the path is something other than a directory; an empty file is made where nothing is.</summary>
    public static void EnsureFile(SafeHandle root, string path) => Ensure(root, path, directory: false);

    private static void Ensure(SafeHandle root, string path, bool directory)
    {
        using SafeFileHandle? existing = TryOpen(root, path, out Errno errno);
        if (existing is not null)
        {
            if (Files.Stat(existing).IsDirectory != directory)
            {
                throw new LinuxException("mount", path, Errno.ENOTDIR);
            }

            return;
        }

        if (errno is not (Errno.ENOENT or Errno.ENOTDIR))
        {
            throw new LinuxException("open", path, errno);
        }

        Make(root, path, directory);
    }

    /// <summary>Walks the path name by name; what does not exist is made, what is a link is put in its place.</summary>
    private static void Make(SafeHandle root, string path, bool directory)
    {
        Stack<string> ahead = new(Names(path).Reverse());
        List<string> done = [];
        int links = 0;
        while (ahead.TryPop(out string? name))
        {
            if (name == "..")
            {
                done.RemoveRange(Math.Max(0, done.Count - 1), Math.Min(1, done.Count));
                continue;
            }

            using SafeFileHandle parent = Files.OpenInRoot(root, "/" + string.Join('/', done), OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
            FileStatus? status = Files.TryStat(parent, name);
            if (status is { Type: FileType.SymbolicLink })
            {
                if (++links > MaximumLinks)
                {
                    throw new LinuxException("mount", path, Errno.ELOOP);
                }

                string target = Files.ReadLink(parent, name);
                if (target.StartsWith('/'))
                {
                    done.Clear();
                }

                foreach (string part in Names(target).Reverse())
                {
                    ahead.Push(part);
                }

                continue;
            }

            if (status is null && (directory || ahead.Count > 0))
            {
                Files.MakeDirectory(parent, name, DirectoryMode);
            }
            else if (status is null)
            {
                Files.OpenAt(parent, name, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_NOFOLLOW, 0x1A4).Dispose();
            }

            done.Add(name);
        }
    }

    private static SafeFileHandle? TryOpen(SafeHandle root, string path, out Errno errno) =>
        Files.TryOpenIn(root, path, OpenFlags.O_PATH, 0, Resolve.RESOLVE_IN_ROOT | Resolve.RESOLVE_NO_MAGICLINKS, out errno);

    private static IEnumerable<string> Names(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(name => name != ".");
}
