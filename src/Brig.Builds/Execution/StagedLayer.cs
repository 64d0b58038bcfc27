using Brig.Linux;
using Brig.State;
using Microsoft.Win32.SafeHandles;

namespace Brig.Builds.Execution;

/// <summary>
/// A layer while it is made: an entry of <c>staging/</c>, locked for as long as its maker lives, with the upper directory that collects
/// the changes. What is not adopted by the store when it is disposed is gone.
/// </summary>
internal sealed class StagedLayer : IDisposable
{
    private readonly string _path;
    private readonly SafeFileHandle _lock;

    private StagedLayer(string path, SafeFileHandle held, IReadOnlyList<string> lowers) => (_path, _lock, Lowers) = (path, held, lowers);

    /// <summary>Topmost first; never empty, overlayfs wants at least one.</summary>
    internal IReadOnlyList<string> Lowers { get; }

    internal string Upper => Path.Combine(_path, "upper");

    internal string Work => Path.Combine(_path, "work");

    internal static StagedLayer Make(StateRoot root, IReadOnlyList<string> lowers)
    {
        (string path, SafeFileHandle held) = Lock(root);
        string empty = Path.Combine(path, "empty");
        StagedLayer staged = new(path, held, lowers.Count > 0 ? lowers : [empty]);
        try
        {
            Files.MakeNewDirectory(null, empty);
            Files.MakeNewDirectory(null, staged.Work);
            Files.MakeNewDirectory(null, staged.Upper);

            // The upper directory's root is the root that a process sees, with its owner, mode and time:
            // a step that changes nothing makes the same layer each time.
            FileStatus below = Files.TryStat(null, staged.Lowers[0]) ?? throw new LinuxException("stat", staged.Lowers[0], Errno.ENOENT);
            using SafeFileHandle upper = Files.Open(staged.Upper, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
            Files.ChangeOwner(upper, below.Uid, below.Gid);
            Files.ChangeMode(upper, below.Permissions);
            Inodes.SetModified(null, staged.Upper, below.ModifiedNanoseconds);
            return staged;
        }
        catch
        {
            staged.Dispose();
            throw;
        }
    }

    /// <summary>The layers below with this one on top; closing it unmounts.</summary>
    internal SafeFileHandle Mount() => Mounts.Overlay(Lowers, Upper, Work);

    public void Dispose()
    {
        if (!_lock.IsClosed)
        {
            try
            {
                Trees.Remove(null, _path);
            }
            finally
            {
                _lock.Dispose();
            }
        }
    }

    private static (string Path, SafeFileHandle Lock) Lock(StateRoot root)
    {
        while (true)
        {
            string path = Path.Combine(root.Staging, $"build-{Guid.NewGuid():N}");
            Files.MakeNewDirectory(null, path, Convert.ToUInt32("700", 8));
            SafeFileHandle? entry = Files.TryOpenAt(null, path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, 0, out _);

            // Before the lock it looked abandoned, and may have been removed.
            if (entry is not null && Files.TryLock(entry) && Files.TryStat(null, path) is not null)
            {
                return (path, entry);
            }

            entry?.Dispose();
        }
    }
}
