namespace Brig.Linux.Netlink;

/// <summary>Netlink families (linux/netlink.h).</summary>
public enum NetlinkProtocol
{
    NETLINK_ROUTE = 0,
    NETLINK_NETFILTER = 12,
}
