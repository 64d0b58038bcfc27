using Microsoft.Win32.SafeHandles;

namespace Brig.Linux;

/// <summary>A cgroup's directory with those below it.</summary>
internal static class CgroupTree
{
    /// <summary>The paths, the deepest first, the given one last; nothing where it does not exist.</summary>
    internal static IReadOnlyList<string> Below(string path)
    {
        List<string> found = [];
        Add(path, found);
        return found;
    }

    private static void Add(string path, List<string> found)
    {
        using SafeFileHandle? folder = Files.TryOpenAt(null, path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, 0, out _);
        if (folder is null)
        {
            return;
        }

        foreach (byte[] entry in Trees.Entries(folder))
        {
            string name = System.Text.Encoding.UTF8.GetString(entry.AsSpan(0, entry.Length - 1));
            if (Files.TryStat(folder, name) is { IsDirectory: true })
            {
                Add(path + "/" + name, found);
            }
        }

        found.Add(path);
    }
}
