namespace Brig.Linux.Netlink;

/// <summary>The rtnetlink messages that make, change and remove links, addresses and routes. Each adds one message to a writer.</summary>
public static class LinkMessages
{
    private const byte AF_INET = 2;
    private const byte AF_INET6 = 10;

    /// <summary>A bridge that is down still. Without spanning tree and delay; a fixed hardware address, so that it stays when ports come and go.</summary>
    public static void AddBridge(this NetlinkWriter writer, string name, uint group, ReadOnlySpan<byte> hardwareAddress, uint mtu)
    {
        writer.Begin(RouteMessage.RTM_NEWLINK, NetlinkFlags.NLM_F_CREATE | NetlinkFlags.NLM_F_EXCL);
        writer.Structure(default(LinkHeader));
        writer.Text(LinkAttribute.IFLA_IFNAME, name);
        writer.UInt32(LinkAttribute.IFLA_GROUP, group);
        writer.Attribute(LinkAttribute.IFLA_ADDRESS, hardwareAddress);
        writer.UInt32(LinkAttribute.IFLA_MTU, mtu);
        using (writer.Nest(LinkAttribute.IFLA_LINKINFO))
        {
            writer.Text(LinkAttribute.IFLA_INFO_KIND, "bridge");
        }
    }

    /// <summary>A pair of which one end is a port of the bridge here and the other, named <paramref name="peerName"/>, is born in another namespace. Both are down still.</summary>
    public static void AddPair(this NetlinkWriter writer, string name, uint group, int master, uint mtu, NetworkNamespace peerNamespace, string peerName, ReadOnlySpan<byte> peerHardwareAddress)
    {
        writer.Begin(RouteMessage.RTM_NEWLINK, NetlinkFlags.NLM_F_CREATE | NetlinkFlags.NLM_F_EXCL);
        writer.Structure(default(LinkHeader));
        writer.Text(LinkAttribute.IFLA_IFNAME, name);
        writer.UInt32(LinkAttribute.IFLA_MTU, mtu);
        writer.UInt32(LinkAttribute.IFLA_GROUP, group);
        writer.UInt32(LinkAttribute.IFLA_MASTER, (uint)master);
        using (writer.Nest(LinkAttribute.IFLA_LINKINFO))
        {
            writer.Text(LinkAttribute.IFLA_INFO_KIND, "veth");
            using (writer.Nest(LinkAttribute.IFLA_INFO_DATA))
            using (writer.Nest(LinkAttribute.VETH_INFO_PEER))
            {
                writer.Structure(default(LinkHeader));
                writer.Text(LinkAttribute.IFLA_IFNAME, peerName);
                writer.UInt32(LinkAttribute.IFLA_MTU, mtu);
                writer.Attribute(LinkAttribute.IFLA_ADDRESS, peerHardwareAddress);
                writer.UInt32(LinkAttribute.IFLA_NET_NS_FD, (uint)Files.Number(peerNamespace.Handle));
            }
        }
    }

    /// <summary>No IPv6 link-local address when the link comes up: a network without IPv6 must not be reached by it.</summary>
    public static void DisableLinkLocal(this NetlinkWriter writer, string name)
    {
        BeginChange(writer, name, 0);
        using (writer.Nest(LinkAttribute.IFLA_AF_SPEC))
        using (writer.Nest(AF_INET6))
        {
            writer.Byte(LinkAttribute.IFLA_INET6_ADDR_GEN_MODE, LinkAttribute.IN6_ADDR_GEN_MODE_NONE);
        }
    }

    /// <summary>Lets packets with loopback addresses be routed over the link (net.ipv4.conf.NAME.route_localnet).</summary>
    public static void RouteLoopback(this NetlinkWriter writer, string name)
    {
        BeginChange(writer, name, 0);
        using (writer.Nest(LinkAttribute.IFLA_AF_SPEC))
        using (writer.Nest(AF_INET))
        using (writer.Nest(LinkAttribute.IFLA_INET_CONF))
        {
            writer.UInt32(LinkAttribute.IPV4_DEVCONF_ROUTE_LOCALNET, 1);
        }
    }

    /// <summary>Lets a bridge send a frame out of the port it came from.</summary>
    public static void AllowHairpin(this NetlinkWriter writer, string name)
    {
        BeginChange(writer, name, 0);
        using (writer.Nest(LinkAttribute.IFLA_LINKINFO))
        {
            writer.Text(LinkAttribute.IFLA_INFO_SLAVE_KIND, "bridge");
            using (writer.Nest(LinkAttribute.IFLA_INFO_SLAVE_DATA))
            {
                writer.Byte(LinkAttribute.IFLA_BRPORT_MODE, 1);
            }
        }
    }

    public static void SetUp(this NetlinkWriter writer, string name) => BeginChange(writer, name, LinkHeader.IFF_UP);

    public static void DeleteLink(this NetlinkWriter writer, string name)
    {
        writer.Begin(RouteMessage.RTM_DELLINK, NetlinkFlags.None);
        writer.Structure(default(LinkHeader));
        writer.Text(LinkAttribute.IFLA_IFNAME, name);
    }

    /// <summary>Removes all links of a group together, which takes no longer than one.</summary>
    public static void DeleteGroup(this NetlinkWriter writer, uint group)
    {
        writer.Begin(RouteMessage.RTM_DELLINK, NetlinkFlags.None);
        writer.Structure(default(LinkHeader));
        writer.UInt32(LinkAttribute.IFLA_GROUP, group);
    }

    public static void AddAddress(this NetlinkWriter writer, int index, ReadOnlySpan<byte> address, int prefixLength, ReadOnlySpan<byte> broadcast)
    {
        writer.Begin(RouteMessage.RTM_NEWADDR, NetlinkFlags.NLM_F_CREATE | NetlinkFlags.NLM_F_REPLACE);
        writer.Structure(new AddressHeader { Family = AF_INET, PrefixLength = (byte)prefixLength, Index = (uint)index });
        writer.Attribute(AddressHeader.IFA_LOCAL, address);
        writer.Attribute(AddressHeader.IFA_ADDRESS, address);
        writer.Attribute(AddressHeader.IFA_BROADCAST, broadcast);
    }

    public static void AddDefaultRoute(this NetlinkWriter writer, int index, ReadOnlySpan<byte> gateway)
    {
        writer.Begin(RouteMessage.RTM_NEWROUTE, NetlinkFlags.NLM_F_CREATE | NetlinkFlags.NLM_F_EXCL);
        writer.Structure(new RouteHeader { Family = AF_INET, Table = RouteHeader.RT_TABLE_MAIN, Protocol = RouteHeader.RTPROT_BOOT, Type = RouteHeader.RTN_UNICAST });
        writer.Attribute(RouteHeader.RTA_GATEWAY, gateway);
        writer.UInt32(RouteHeader.RTA_OIF, (uint)index);
    }

    private static void BeginChange(NetlinkWriter writer, string name, uint flags)
    {
        writer.Begin(RouteMessage.RTM_NEWLINK, NetlinkFlags.None);
        writer.Structure(new LinkHeader { Flags = flags, Change = flags });
        writer.Text(LinkAttribute.IFLA_IFNAME, name);
    }
}
