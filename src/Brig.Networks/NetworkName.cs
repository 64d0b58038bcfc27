using Brig.State;

namespace Brig.Networks;

/// <summary>The names by which a state root's default network is known to the kernel, that of the table of all its networks, and the number of the group in which all their interfaces are. Two roots never share one.</summary>
internal sealed record NetworkName(string Bridge, string Table, uint Group)
{
    internal static NetworkName Of(StateRoot root)
    {
        const string DefaultTable = "brig", DefaultBridge = "brig0";
        uint group = root.KernelNumber | 0x80000000; // people number their groups from below
        return new(root.KernelName == DefaultTable ? DefaultBridge : root.KernelName, root.KernelName, group);
    }
}
