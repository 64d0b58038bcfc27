using Brig.Linux;
using Brig.State;
using Microsoft.Win32.SafeHandles;

namespace Brig.Builds.StepMounts;

/// <summary>Folders below the run root that hold a step's secrets, locked while its builder lives; those of a builder that was killed are removed by the next build.</summary>
internal static class SecretFolders
{
    private const uint FolderMode = 0x1C0;

    internal static (string Path, SafeFileHandle Lock) Make(StateRoot root)
    {
        Files.MakeDirectories(Parent(root), FolderMode);
        while (true)
        {
            string path = Path.Combine(Parent(root), Guid.NewGuid().ToString("N"));
            Files.MakeNewDirectory(null, path, FolderMode);
            SafeFileHandle? held = Files.TryOpenAt(null, path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, 0, out _);
            if (held is not null && Files.TryLock(held) && Files.TryStat(null, path) is not null)
            {
                return (path, held);
            }

            held?.Dispose();
        }
    }

    /// <summary>Removes the folders whose builders died.</summary>
    internal static void Sweep(StateRoot root)
    {
        if (!Directory.Exists(Parent(root)))
        {
            return;
        }

        foreach (string path in Directory.EnumerateDirectories(Parent(root)))
        {
            using SafeFileHandle? held = Files.TryOpenAt(null, path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, 0, out _);
            if (held is not null && Files.TryLock(held))
            {
                Trees.Remove(null, path);
            }
        }
    }

    private static string Parent(StateRoot root) => Path.Combine(root.RunRoot, "builds");
}
