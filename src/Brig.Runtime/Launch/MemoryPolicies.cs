using Brig.Oci;
using Brig.Oci.Runtime;

namespace Brig.Runtime.Launch;

/// <summary>NUMA memory policies (man 2 set_mempolicy, linux/mempolicy.h).</summary>
internal static class MemoryPolicies
{
    internal static readonly string[] Modes = ["MPOL_DEFAULT", "MPOL_PREFERRED", "MPOL_BIND", "MPOL_INTERLEAVE", "MPOL_LOCAL", "MPOL_PREFERRED_MANY", "MPOL_WEIGHTED_INTERLEAVE"];
    internal static readonly string[] Flags = ["MPOL_F_NUMA_BALANCING", "MPOL_F_RELATIVE_NODES", "MPOL_F_STATIC_NODES"];

    /// <summary>The mode with its flags, the mask of the nodes, and one more than how many bits of it count.</summary>
    internal static (int Mode, ulong[] Nodes, int Bits) Of(MemoryPolicySpec policy)
    {
        int mode = Array.IndexOf(Modes, policy.Mode);
        if (mode < 0)
        {
            throw BrigException.Invalid($"linux.memoryPolicy.mode: unknown mode \"{Oci.Text.Quote(policy.Mode)}\"");
        }

        foreach (string flag in policy.Flags ?? [])
        {
            int bit = Array.IndexOf(Flags, flag);
            mode |= bit >= 0 ? 1 << (13 + bit) : throw BrigException.Invalid($"linux.memoryPolicy.flags: unknown flag \"{Oci.Text.Quote(flag)}\"");
        }

        if (policy.Nodes is not { Length: > 0 } list)
        {
            return (mode, [], 0);
        }

        ulong[] nodes = NumberLists.Mask(list, "linux.memoryPolicy.nodes");
        return (mode, nodes, (nodes.Length * 64) + 1);
    }
}
