using System.Text;
using Brig.Linux;
using Brig.State;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Layers;

/// <summary>
/// A directory in <c>staging/</c> that is this process's for as long as it holds the lock on it. Dropped when disposed,
/// by anyone when the process dies, unless it was moved away before.
/// </summary>
public sealed class Staging : IDisposable
{
    private readonly SafeFileHandle _folder;
    private readonly string _name;

    private Staging(SafeFileHandle folder, string name, SafeFileHandle handle) => (_folder, _name, Handle) = (folder, name, handle);

    /// <summary>The directory itself. Its lock ends with it.</summary>
    internal SafeFileHandle Handle { get; }

    internal static Staging Create(StateRoot root)
    {
        SafeFileHandle folder = Files.Open(root.Staging, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        try
        {
            while (true)
            {
                string name = $"layer-{Guid.NewGuid():N}";
                Files.MakeNewDirectory(folder, name, 0x1C0);

                // Until it is locked it looks abandoned: it may be removed, or locked to be removed. Then another is made.
                SafeFileHandle? handle = Files.TryOpenAt(folder, name, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW, 0, out Errno errno);
                if (handle is null && errno != Errno.ENOENT)
                {
                    throw new LinuxException("open", Path.Combine(root.Staging, name), errno);
                }

                if (handle is not null && Files.TryLock(handle) && Names(folder, name, handle))
                {
                    return new Staging(folder, name, handle);
                }

                handle?.Dispose();
            }
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Moves a directory out of the store into staging and removes it; false where it is not there (any more).</summary>
    internal static bool Remove(StateRoot root, string parent, string name)
    {
        using Staging? taken = Take(root, parent, name);
        return taken is not null;
    }

    /// <summary>Moves a directory from its place into staging, where it is dropped when disposed, or when this process is gone; null where it is not there (any more).</summary>
    public static Staging? Take(StateRoot root, string parent, string name)
    {
        using SafeFileHandle from = Files.Open(parent, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        SafeFileHandle? handle = Files.TryOpenAt(from, name, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW, 0, out Errno errno);
        if (handle is null)
        {
            return errno == Errno.ENOENT ? null : throw new LinuxException("open", Path.Combine(parent, name), errno);
        }

        // Locked before it gets there, so that nobody else starts to remove it; only its maker (for a moment) or another remover has it now.
        Files.Lock(handle);
        if (!Names(from, name, handle))
        {
            handle.Dispose();
            return null;
        }

        string aside = $"layer-{Guid.NewGuid():N}";
        Staging staging = new(Files.Open(root.Staging, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY), aside, handle);
        Files.Rename(from, name, staging._folder, aside);
        return staging;
    }

    /// <summary>Removes the entries of <c>staging/</c> that nobody holds: their makers died. Gives their number.</summary>
    internal static int Reclaim(StateRoot root)
    {
        int removed = 0;
        using SafeFileHandle folder = Files.Open(root.Staging, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        foreach (byte[] entry in Trees.Entries(folder))
        {
            string name = Encoding.UTF8.GetString(entry.AsSpan(0, entry.Length - 1));
            using SafeFileHandle? handle = RawFiles.TryOpen(folder, entry, OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK, 0, out _);
            if (handle is not null && Files.TryLock(handle) && Names(folder, name, handle))
            {
                Trees.Remove(folder, entry);
                removed++;
            }
        }

        return removed;
    }

    /// <summary>Moves the directory to its final place; false where another was there first, and then it is dropped with this.</summary>
    internal bool TryCommit(string path)
    {
        Files.Sync(Handle);
        return Files.TryRenameNew(_folder, _name, null, path);
    }

    public void Dispose()
    {
        try
        {
            // After a commit the name is gone, and nobody else takes it.
            Trees.Remove(_folder, _name);
        }
        finally
        {
            Handle.Dispose();
            _folder.Dispose();
        }
    }

    private static bool Names(SafeFileHandle folder, string name, SafeFileHandle handle) =>
        Files.TryStat(folder, name) is { } status && status.Inode == Files.Stat(handle).Inode;
}
