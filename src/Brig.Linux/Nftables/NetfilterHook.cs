namespace Brig.Linux.Nftables;

/// <summary>Where a chain stands in a packet's way (linux/netfilter.h).</summary>
public enum NetfilterHook
{
    NF_INET_PRE_ROUTING = 0,
    NF_INET_LOCAL_IN = 1,
    NF_INET_FORWARD = 2,
    NF_INET_LOCAL_OUT = 3,
    NF_INET_POST_ROUTING = 4,
}
