using System.Text;
using Brig.State;

namespace Brig.Networks;

/// <summary>The names by which a state root's network is known to the kernel, and the number of the group in which its interfaces are. Two roots never share one.</summary>
internal sealed record NetworkName(string Bridge, string Table, uint Group)
{
    internal static NetworkName Of(StateRoot root)
    {
        string path = Path.TrimEndingDirectorySeparator(root.Root);
        uint hash = Hash(path);
        uint group = hash | 0x80000000; // people number their groups from below
        return path == "/var/lib/brig" ? new("brig0", "brig", group) : new($"brig-{hash:x8}", $"brig-{hash:x8}", group);
    }

    // FNV-1a, folded: a cryptographic hash would load a library for nothing.
    private static uint Hash(string text)
    {
        ulong hash = 0xcbf29ce484222325;
        foreach (byte part in Encoding.UTF8.GetBytes(text))
        {
            hash = (hash ^ part) * 0x100000001b3;
        }

        return (uint)(hash ^ (hash >> 32));
    }
}
