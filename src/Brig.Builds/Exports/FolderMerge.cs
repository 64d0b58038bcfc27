using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Builds.Exports;

/// <summary>
/// Copies the files of a tree into a directory that may have some: directories are merged, files replaced. They belong to the caller,
/// as what is written into his directory does; devices are left out.
/// </summary>
internal static class FolderMerge
{
    internal static void Copy(SafeFileHandle source, SafeFileHandle target, CancellationToken token) => Merge(source, target, token);

    private static void Merge(SafeFileHandle source, SafeFileHandle target, CancellationToken token)
    {
        foreach (byte[] entry in Trees.Entries(source))
        {
            token.ThrowIfCancellationRequested();
            string name = System.Text.Encoding.UTF8.GetString(entry.AsSpan(0, entry.Length - 1));
            if (Files.TryStat(source, name) is not { } status)
            {
                continue;
            }

            switch (status.Type)
            {
                case FileType.Directory:
                    if (Files.TryStat(target, name) is { IsDirectory: false })
                    {
                        Files.Unlink(target, name);
                    }

                    Files.MakeDirectory(target, name, 0x1C0);
                    using (SafeFileHandle from = Files.OpenAt(source, name, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW))
                    using (SafeFileHandle to = Files.OpenAt(target, name, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW))
                    {
                        Merge(from, to, token);
                        Files.ChangeMode(to, status.Permissions);
                    }

                    Inodes.SetModified(target, name, status.ModifiedNanoseconds);
                    break;
                case FileType.SymbolicLink:
                    Clear(target, name);
                    Files.Symlink(Files.ReadLink(source, name), target, name);
                    Inodes.SetModified(target, name, status.ModifiedNanoseconds);
                    break;
                case FileType.Regular:
                    Clear(target, name);
                    using (SafeFileHandle from = Files.OpenAt(source, name, OpenFlags.O_RDONLY | OpenFlags.O_NOFOLLOW))
                    using (SafeFileHandle to = Files.OpenAt(target, name, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_NOFOLLOW, 0x180))
                    {
                        FileContents.Copy(from, to);
                        Files.ChangeMode(to, status.Permissions);
                    }

                    Inodes.SetModified(target, name, status.ModifiedNanoseconds);
                    break;
            }
        }
    }

    private static void Clear(SafeFileHandle target, string name)
    {
        if (Files.TryStat(target, name) is { IsDirectory: true })
        {
            Trees.Remove(target, name);
        }
        else
        {
            Files.Unlink(target, name);
        }
    }
}
