using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Brig.Linux;
using Brig.Linux.Netlink;

namespace Brig.Networks;

/// <summary>Bridges and their ports, and the VLANs under other networks, as the kernel has them. Every call is for the network namespace of its socket.</summary>
internal sealed class BridgeLink(uint group)
{
    private static readonly IPAddress s_linkLocal = IPAddress.Parse("fe80::1");

    /// <summary>Makes a network's bridge, or completes one that was left half made. One that somebody else made under that name is taken as it is.</summary>
    internal void Make(NetlinkSocket socket, Network network, uint mtu)
    {
        string name = network.Bridge;
        NetlinkWriter first = new();
        LinkFacts? present = LinkFacts.Find(socket, name);
        if (present is { Kind: not "bridge" })
        {
            throw BrigException.Conflict($"network {network.Name}: the host's interface {name} is no bridge");
        }

        if (present is null)
        {
            first.AddBridge(name, "brig network " + network.Name, group, HardwareAddress.Random(), mtu);
        }

        first.DisableLinkLocal(name);
        first.RouteLoopback(name);
        socket.Request(first, $"make bridge {name}");

        int index = socket.InterfaceIndex(name);
        BridgeOptions options = BridgeOptions.Of(network);
        NetlinkWriter second = new();
        foreach (AddressPool pool in network.Pools)
        {
            Subnet subnet = pool.Network;
            AddressFamily family = subnet.Family;
            if (options.HasGateway(family) && (family == AddressFamily.InterNetwork ? network.IPv4 : network.IPv6))
            {
                second.AddAddress(index, pool.GatewayAddress, subnet.PrefixLength, subnet.Broadcast);
            }
        }

        if (network.IPv6 && options.HasGateway(AddressFamily.InterNetworkV6))
        {
            // Neighbours of forwarded packets are asked for from here. The kernel would make one itself, and use it after two seconds.
            second.AddAddress(index, s_linkLocal, 64, null);
        }

        second.SetUp(name);
        socket.Request(second, $"bring up bridge {name}");
    }

    /// <summary>Makes the VLAN that a macvlan or ipvlan network lies over, or takes the one that is there.</summary>
    internal void MakeVlan(NetlinkSocket socket, Network network)
    {
        if (LinkFacts.Find(socket, network.Bridge) is not null)
        {
            return;
        }

        (string link, ushort id) = ParentOptions.Of(network).Vlan!.Value;
        int parent = socket.InterfaceIndex(link);
        if (parent == 0)
        {
            throw BrigException.NotFound($"network {network.Name}: its parent interface {link} is not there");
        }

        NetlinkWriter message = new();
        message.AddVlan(network.Bridge, "brig network " + network.Name, parent, id, group);
        message.SetUp(network.Bridge);
        switch (socket.TryRequest(message, out string? words))
        {
            case Errno.None:
                return;
            case Errno.EOPNOTSUPP:
                throw BrigException.Unsupported($"network {network.Name}: this kernel has no VLANs (modprobe 8021q)");
            case var errno:
                throw new LinuxException($"make VLAN {network.Bridge}", words, errno);
        }
    }

    /// <summary>Removes all interfaces of the root: bridges and pairs that are still there.</summary>
    internal void RemoveAll(NetlinkSocket socket)
    {
        NetlinkWriter message = new(64);
        message.DeleteGroup(group);
        Send(socket, message, "group");
    }

    /// <summary>Removes several interfaces together, which takes the kernel no longer than one; those that are gone, or that somebody else made, are passed over.</summary>
    internal void Remove(NetlinkSocket socket, IReadOnlyCollection<string> links)
    {
        uint leaving = group ^ 0x40000000;
        foreach (string link in links.Where(link => LinkFacts.Find(socket, link)?.Group == group))
        {
            NetlinkWriter message = new(64);
            message.SetGroup(link, leaving);
            Send(socket, message, link);
        }

        NetlinkWriter removal = new(64);
        removal.DeleteGroup(leaving);
        Send(socket, removal, "group");
    }

    /// <summary>Removes an interface if it is there.</summary>
    internal static void Remove(NetlinkSocket socket, string link)
    {
        NetlinkWriter message = new(64);
        message.DeleteLink(link);
        Send(socket, message, link);
    }

    /// <summary>Makes an interface a port of a bridge; one that is gone is passed over.</summary>
    internal static void Enslave(NetlinkSocket socket, string link, int bridge)
    {
        NetlinkWriter message = new(64);
        message.SetMaster(link, bridge);
        Send(socket, message, link);
    }

    /// <summary>The names of the root's interfaces, bridges and host's ends of pairs.</summary>
    internal List<string> Interfaces(NetlinkSocket socket)
    {
        List<string> names = [];
        NetlinkWriter message = new(64);
        message.Begin(RouteMessage.RTM_GETLINK, NetlinkFlags.NLM_F_DUMP);
        message.Structure(default(LinkHeader));
        Errno errno = socket.Dump(message, (_, body) =>
        {
            ReadOnlySpan<byte> attributes = body[16..];
            ReadOnlySpan<byte> number = NetlinkAttributes.Find(attributes, LinkAttribute.IFLA_GROUP);
            if (number.Length == 4 && BinaryPrimitives.ReadUInt32LittleEndian(number) == group)
            {
                names.Add(Encoding.UTF8.GetString(NetlinkAttributes.Find(attributes, LinkAttribute.IFLA_IFNAME).TrimEnd((byte)0)));
            }
        });
        return errno == Errno.None ? names : throw new LinuxException("list interfaces", null, errno);
    }

    private static void Send(NetlinkSocket socket, NetlinkWriter message, string link)
    {
        if (socket.TryRequest(message, out _) is { } errno and not (Errno.None or Errno.ENODEV))
        {
            throw new LinuxException("change interface", link, errno);
        }
    }
}
