using Brig.Images.Layers.Tar;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Layers.Unpacking;

/// <summary>
/// Gives files their owners as far as the user namespace has them (man 7 user_namespaces). Where it has one ID alone, which is all that a user
/// without subordinate IDs can have, every file is that one's; where it has more, an ID that is missing is an error.
/// </summary>
internal static class Owners
{
    private static readonly bool s_alone = HasOne("/proc/self/uid_map") || HasOne("/proc/self/gid_map");

    internal static void Give(SafeFileHandle file, TarEntry entry)
    {
        if (!s_alone)
        {
            Check(RawFiles.ChangeOwner(file, entry.Uid, entry.Gid), entry);
        }
    }

    internal static void Give(SafeFileHandle directory, byte[] name, TarEntry entry)
    {
        if (!s_alone)
        {
            Check(RawFiles.ChangeOwner(directory, name, entry.Uid, entry.Gid), entry);
        }
    }

    private static void Check(Errno errno, TarEntry entry)
    {
        if (errno == Errno.EINVAL)
        {
            throw entry.Refuse($"the user namespace has no {entry.Uid}:{entry.Gid} (give the user more IDs in /etc/subuid and /etc/subgid)");
        }

        EntryAttributes.Check(errno, "chown", entry);
    }

    /// <summary>One line, <c>inside outside count</c>, of count 1.</summary>
    private static bool HasOne(string map) =>
        (Files.TryReadText(map) ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries) is [var line] && line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, _, "1"];
}
