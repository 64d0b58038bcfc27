namespace Brig.Linux.Netlink;

/// <summary>Attributes of links (linux/if_link.h, linux/veth.h) and what they nest.</summary>
public static class LinkAttribute
{
    public const int IFLA_ADDRESS = 1;
    public const int IFLA_IFNAME = 3;
    public const int IFLA_MTU = 4;
    public const int IFLA_LINK = 5;
    public const int IFLA_MASTER = 10;
    public const int IFLA_LINKINFO = 18;
    public const int IFLA_IFALIAS = 20;
    public const int IFLA_AF_SPEC = 26;
    public const int IFLA_GROUP = 27;
    public const int IFLA_NET_NS_FD = 28;

    public const int IFLA_INFO_KIND = 1;
    public const int IFLA_INFO_DATA = 2;
    public const int IFLA_INFO_SLAVE_KIND = 4;
    public const int IFLA_INFO_SLAVE_DATA = 5;
    public const int VETH_INFO_PEER = 1;
    public const int IFLA_BRPORT_MODE = 4;
    public const int IFLA_BRPORT_ISOLATED = 33;
    public const int IFLA_MACVLAN_MODE = 1;
    public const int IFLA_VLAN_ID = 1;
    public const int IFLA_IPVLAN_MODE = 1;
    public const int IFLA_IPVLAN_FLAGS = 2;

    public const int IFLA_INET_CONF = 1;
    public const int IPV4_DEVCONF_ROUTE_LOCALNET = 26;
    public const int IFLA_INET6_ADDR_GEN_MODE = 8;
    public const byte IN6_ADDR_GEN_MODE_NONE = 1;
}
