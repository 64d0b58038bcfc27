using Microsoft.Win32.SafeHandles;

namespace Brig.Linux;

public static partial class Trees
{
    /// <summary>Bytes in the regular files below a directory, one with several names counted once; 0 where there is none. What goes away meanwhile is not counted.</summary>
    public static long Size(string path)
    {
        using SafeFileHandle? folder = Files.TryOpenAt(null, path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW, 0, out _);
        return folder is null ? 0 : Size(folder, []);
    }

    private static long Size(SafeFileHandle folder, HashSet<ulong> counted)
    {
        long size = 0;
        foreach (byte[] entry in Entries(folder))
        {
            string name = System.Text.Encoding.UTF8.GetString(entry.AsSpan(0, entry.Length - 1));
            if (Files.TryStat(folder, name) is not { } status)
            {
                continue;
            }

            if (status.Type == FileType.Regular && (status.Links == 1 || counted.Add(status.Inode)))
            {
                size += status.Size;
            }
            else if (status.IsDirectory)
            {
                using SafeFileHandle? inner = Files.TryOpenAt(folder, name, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW, 0, out _);
                size += inner is null ? 0 : Size(inner, counted);
            }
        }

        return size;
    }
}
