using System.Net;
using System.Net.Sockets;

namespace Brig.Linux.Netlink;

/// <summary>The rtnetlink messages that make, change and remove links, addresses and routes. Each adds one message to a writer.</summary>
public static class LinkMessages
{
    private const byte AF_INET = 2;
    private const byte AF_INET6 = 10;

    /// <summary>A bridge that is down still. Without spanning tree and delay; a fixed hardware address, so that it stays when ports come and go.</summary>
    /// <param name="note">Shown beside it by <c>ip link</c>.</param>
    public static void AddBridge(this NetlinkWriter writer, string name, string note, uint group, ReadOnlySpan<byte> hardwareAddress, uint mtu)
    {
        writer.Begin(RouteMessage.RTM_NEWLINK, NetlinkFlags.NLM_F_CREATE | NetlinkFlags.NLM_F_EXCL);
        writer.Structure(default(LinkHeader));
        writer.Text(LinkAttribute.IFLA_IFNAME, name);
        writer.Text(LinkAttribute.IFLA_IFALIAS, note);
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

    /// <summary>A macvlan over a link of this namespace, born in another one. It is down still.</summary>
    /// <param name="mode">As the kernel numbers it: 1 private, 2 vepa, 4 bridge, 8 passthru.</param>
    public static void AddMacvlan(this NetlinkWriter writer, string name, int parent, NetworkNamespace target, uint mtu, uint mode, ReadOnlySpan<byte> hardwareAddress)
    {
        BeginOver(writer, name, parent, target, mtu);
        writer.Attribute(LinkAttribute.IFLA_ADDRESS, hardwareAddress);
        using (writer.Nest(LinkAttribute.IFLA_LINKINFO))
        {
            writer.Text(LinkAttribute.IFLA_INFO_KIND, "macvlan");
            using (writer.Nest(LinkAttribute.IFLA_INFO_DATA))
            {
                writer.UInt32(LinkAttribute.IFLA_MACVLAN_MODE, mode);
            }
        }
    }

    /// <summary>An ipvlan over a link of this namespace, born in another one; it has its parent's hardware address. It is down still.</summary>
    /// <param name="mode">As the kernel numbers it: 0 l2, 1 l3, 2 l3s.</param>
    /// <param name="flags">0 bridge, 1 private, 2 vepa.</param>
    public static void AddIpvlan(this NetlinkWriter writer, string name, int parent, NetworkNamespace target, uint mtu, ushort mode, ushort flags)
    {
        BeginOver(writer, name, parent, target, mtu);
        using (writer.Nest(LinkAttribute.IFLA_LINKINFO))
        {
            writer.Text(LinkAttribute.IFLA_INFO_KIND, "ipvlan");
            using (writer.Nest(LinkAttribute.IFLA_INFO_DATA))
            {
                writer.UInt16(LinkAttribute.IFLA_IPVLAN_MODE, mode);
                writer.UInt16(LinkAttribute.IFLA_IPVLAN_FLAGS, flags);
            }
        }
    }

    /// <summary>The frames of a link that bear this VLAN's number (802.1Q), as a link of their own. It is down still.</summary>
    /// <param name="note">Shown beside it by <c>ip link</c>.</param>
    public static void AddVlan(this NetlinkWriter writer, string name, string note, int parent, ushort id, uint group)
    {
        writer.Begin(RouteMessage.RTM_NEWLINK, NetlinkFlags.NLM_F_CREATE | NetlinkFlags.NLM_F_EXCL);
        writer.Structure(default(LinkHeader));
        writer.Text(LinkAttribute.IFLA_IFNAME, name);
        writer.Text(LinkAttribute.IFLA_IFALIAS, note);
        writer.UInt32(LinkAttribute.IFLA_GROUP, group);
        writer.UInt32(LinkAttribute.IFLA_LINK, (uint)parent);
        using (writer.Nest(LinkAttribute.IFLA_LINKINFO))
        {
            writer.Text(LinkAttribute.IFLA_INFO_KIND, "vlan");
            using (writer.Nest(LinkAttribute.IFLA_INFO_DATA))
            {
                writer.UInt16(LinkAttribute.IFLA_VLAN_ID, id);
            }
        }
    }

    /// <summary>Keeps a bridge from passing frames between this port and others that are isolated too.</summary>
    public static void Isolate(this NetlinkWriter writer, string name) => ChangePort(writer, name, LinkAttribute.IFLA_BRPORT_ISOLATED);

    /// <summary>Lets a bridge send a frame out of the port it came from.</summary>
    public static void AllowHairpin(this NetlinkWriter writer, string name) => ChangePort(writer, name, LinkAttribute.IFLA_BRPORT_MODE);

    private static void ChangePort(NetlinkWriter writer, string name, int attribute)
    {
        BeginChange(writer, name, 0);
        using (writer.Nest(LinkAttribute.IFLA_LINKINFO))
        {
            writer.Text(LinkAttribute.IFLA_INFO_SLAVE_KIND, "bridge");
            using (writer.Nest(LinkAttribute.IFLA_INFO_SLAVE_DATA))
            {
                writer.Byte(attribute, 1);
            }
        }
    }

    public static void SetUp(this NetlinkWriter writer, string name) => BeginChange(writer, name, LinkHeader.IFF_UP);

    /// <summary>Makes the link a port of the bridge, which may be 0 for none.</summary>
    public static void SetMaster(this NetlinkWriter writer, string name, int master)
    {
        BeginChange(writer, name, 0);
        writer.UInt32(LinkAttribute.IFLA_MASTER, (uint)master);
    }

    /// <summary>Puts the link into a group.</summary>
    public static void SetGroup(this NetlinkWriter writer, string name, uint group)
    {
        BeginChange(writer, name, 0);
        writer.UInt32(LinkAttribute.IFLA_GROUP, group);
    }

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

    /// <summary>An address of either family. An IPv6 one is in use at once: nobody else can have it, so nobody is asked.</summary>
    public static void AddAddress(this NetlinkWriter writer, int index, IPAddress address, int prefixLength, IPAddress? broadcast)
    {
        byte family = Family(address);
        writer.Begin(RouteMessage.RTM_NEWADDR, NetlinkFlags.NLM_F_CREATE | NetlinkFlags.NLM_F_REPLACE);
        writer.Structure(new AddressHeader { Family = family, PrefixLength = (byte)prefixLength, Index = (uint)index });
        byte[] bytes = address.GetAddressBytes();
        writer.Attribute(AddressHeader.IFA_LOCAL, bytes);
        writer.Attribute(AddressHeader.IFA_ADDRESS, bytes);
        if (broadcast is not null)
        {
            writer.Attribute(AddressHeader.IFA_BROADCAST, broadcast.GetAddressBytes());
        }

        if (family == AF_INET6)
        {
            writer.UInt32(AddressHeader.IFA_FLAGS, AddressHeader.IFA_F_NODAD);
        }
    }

    /// <summary>Makes this the default route of its family, in place of the one that is there.</summary>
    /// <param name="gateway">Null where the way out is the link itself.</param>
    public static void SetDefaultRoute(this NetlinkWriter writer, int index, IPAddress? gateway, AddressFamily family)
    {
        writer.Begin(RouteMessage.RTM_NEWROUTE, NetlinkFlags.NLM_F_CREATE | NetlinkFlags.NLM_F_REPLACE);
        writer.Structure(new RouteHeader
        {
            Family = family == AddressFamily.InterNetwork ? AF_INET : AF_INET6,
            Table = RouteHeader.RT_TABLE_MAIN,
            Protocol = RouteHeader.RTPROT_BOOT,
            Type = RouteHeader.RTN_UNICAST,
            Scope = gateway is null && family == AddressFamily.InterNetwork ? RouteHeader.RT_SCOPE_LINK : (byte)0,
        });
        if (gateway is not null)
        {
            writer.Attribute(RouteHeader.RTA_GATEWAY, gateway.GetAddressBytes());
        }

        writer.UInt32(RouteHeader.RTA_OIF, (uint)index);
    }

    /// <summary>Removes the default route of a family.</summary>
    public static void DeleteDefaultRoute(this NetlinkWriter writer, AddressFamily family)
    {
        writer.Begin(RouteMessage.RTM_DELROUTE, NetlinkFlags.None);
        writer.Structure(new RouteHeader { Family = family == AddressFamily.InterNetwork ? AF_INET : AF_INET6, Table = RouteHeader.RT_TABLE_MAIN, Scope = 255 });
    }

    private static byte Family(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? AF_INET : AF_INET6;

    private static void BeginOver(NetlinkWriter writer, string name, int parent, NetworkNamespace target, uint mtu)
    {
        writer.Begin(RouteMessage.RTM_NEWLINK, NetlinkFlags.NLM_F_CREATE | NetlinkFlags.NLM_F_EXCL);
        writer.Structure(default(LinkHeader));
        writer.Text(LinkAttribute.IFLA_IFNAME, name);
        writer.UInt32(LinkAttribute.IFLA_LINK, (uint)parent);
        writer.UInt32(LinkAttribute.IFLA_NET_NS_FD, (uint)Files.Number(target.Handle));
        if (mtu > 0)
        {
            writer.UInt32(LinkAttribute.IFLA_MTU, mtu);
        }
    }

    private static void BeginChange(NetlinkWriter writer, string name, uint flags)
    {
        writer.Begin(RouteMessage.RTM_NEWLINK, NetlinkFlags.None);
        writer.Structure(new LinkHeader { Flags = flags, Change = flags });
        writer.Text(LinkAttribute.IFLA_IFNAME, name);
    }
}
