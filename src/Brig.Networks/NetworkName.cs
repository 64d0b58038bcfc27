using Brig.State;

namespace Brig.Networks;

/// <summary>The names by which a state root's default network is known to the kernel, that of the table of all its networks, and the number of the group in which all their interfaces are. Two roots never share one.</summary>
internal sealed record NetworkName(string Bridge, string Table, uint Group)
{
    internal static NetworkName Of(StateRoot root)
    {
        string path = Path.TrimEndingDirectorySeparator(root.Root);
        uint hash = Hash(path);
        uint group = hash | 0x80000000; // people number their groups from below
        return path == "/var/lib/brig" ? new("brig0", "brig", group) : new($"brig-{hash:x8}", $"brig-{hash:x8}", group);
    }

    private static uint Hash(string text)
    {
        ulong hash = DefaultPools.Hash(text);
        return (uint)(hash ^ (hash >> 32));
    }
}
