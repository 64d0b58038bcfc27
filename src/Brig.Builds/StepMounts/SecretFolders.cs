using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Builds.StepMounts;

/// <summary>Folders below the run root that hold a step's secrets, locked while its builder lives; those of a builder that was killed are removed by the next.</summary>
internal static class SecretFolders
{
    internal static (string Path, SafeFileHandle Lock) Make(string parent)
    {
        while (true)
        {
            string path = Path.Combine(parent, Guid.NewGuid().ToString("N"));
            Files.MakeNewDirectory(null, path, 0x1C0);
            SafeFileHandle? held = Files.TryOpenAt(null, path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, 0, out _);
            if (held is not null && Files.TryLock(held) && Files.TryStat(null, path) is not null)
            {
                return (path, held);
            }

            held?.Dispose();
        }
    }

    internal static void Sweep(string parent)
    {
        foreach (string path in Directory.EnumerateDirectories(parent))
        {
            using SafeFileHandle? held = Files.TryOpenAt(null, path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, 0, out _);
            if (held is not null && Files.TryLock(held))
            {
                Trees.Remove(null, path);
            }
        }
    }
}
