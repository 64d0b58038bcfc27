namespace Brig.Linux.Nftables;

/// <summary>What becomes of a packet (linux/netfilter.h).</summary>
public enum Verdict
{
    NF_DROP = 0,
    NF_ACCEPT = 1,
}
