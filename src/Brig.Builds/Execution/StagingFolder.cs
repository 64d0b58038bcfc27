using Brig.Linux;
using Brig.State;
using Microsoft.Win32.SafeHandles;

namespace Brig.Builds.Execution;

/// <summary>A folder in <c>staging/</c>, this process's for as long as it lives: its lock says so, and without it anyone may remove it. Gone when disposed.</summary>
internal sealed class StagingFolder : IDisposable
{
    private readonly SafeFileHandle _lock;

    private StagingFolder(string path, SafeFileHandle held) => (Path, _lock) = (path, held);

    internal string Path { get; }

    internal static StagingFolder Make(StateRoot root, string word)
    {
        while (true)
        {
            string path = System.IO.Path.Combine(root.Staging, $"{word}-{Guid.NewGuid():N}");
            Files.MakeNewDirectory(null, path, 0x1C0);
            SafeFileHandle? entry = Files.TryOpenAt(null, path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, 0, out _);

            // Before the lock it looked abandoned, and may have been removed.
            if (entry is not null && Files.TryLock(entry) && Files.TryStat(null, path) is not null)
            {
                return new StagingFolder(path, entry);
            }

            entry?.Dispose();
        }
    }

    public void Dispose()
    {
        if (!_lock.IsClosed)
        {
            try
            {
                Trees.Remove(null, Path);
            }
            finally
            {
                _lock.Dispose();
            }
        }
    }
}
