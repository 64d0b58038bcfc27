using System.Buffers.Binary;
using System.Text;
using Brig.Linux;
using Brig.Linux.Netlink;

namespace Brig.Networks;

/// <summary>The bridge as the kernel has it. Every call is for the network namespace of its socket.</summary>
internal sealed class BridgeLink(string name, uint group)
{
    /// <summary>0 where there is no bridge.</summary>
    internal int Index(NetlinkSocket socket) => socket.InterfaceIndex(name);

    /// <summary>Makes the bridge, or completes one that was left half made.</summary>
    internal void Make(NetlinkSocket socket, Subnet subnet, uint mtu)
    {
        NetlinkWriter first = new();
        if (Index(socket) == 0)
        {
            first.AddBridge(name, group, HardwareAddress.Random(), mtu);
        }

        first.DisableLinkLocal(name);
        first.RouteLoopback(name);
        socket.Request(first, $"make bridge {name}");

        NetlinkWriter second = new();
        second.AddAddress(Index(socket), subnet.Gateway.GetAddressBytes(), subnet.PrefixLength, subnet.Broadcast.GetAddressBytes());
        second.SetUp(name);
        socket.Request(second, $"bring up bridge {name}");
    }

    /// <summary>Removes the bridge and the pairs that are still there.</summary>
    internal void Remove(NetlinkSocket socket)
    {
        NetlinkWriter message = new(64);
        message.DeleteGroup(group);
        Send(socket, message, name);
    }

    /// <summary>Removes an interface if it is there.</summary>
    internal static void Remove(NetlinkSocket socket, string link)
    {
        NetlinkWriter message = new(64);
        message.DeleteLink(link);
        Send(socket, message, link);
    }

    /// <summary>The names of the interfaces that are ports of the bridge.</summary>
    internal List<string> Ports(NetlinkSocket socket)
    {
        List<string> ports = [];
        int index = Index(socket);
        if (index == 0)
        {
            return ports;
        }

        NetlinkWriter message = new(64);
        message.Begin(RouteMessage.RTM_GETLINK, NetlinkFlags.NLM_F_DUMP);
        message.Structure(default(LinkHeader));
        Errno errno = socket.Dump(message, (_, body) =>
        {
            ReadOnlySpan<byte> attributes = body[16..];
            ReadOnlySpan<byte> master = NetlinkAttributes.Find(attributes, LinkAttribute.IFLA_MASTER);
            if (master.Length == 4 && BinaryPrimitives.ReadInt32LittleEndian(master) == index)
            {
                ports.Add(Encoding.UTF8.GetString(NetlinkAttributes.Find(attributes, LinkAttribute.IFLA_IFNAME).TrimEnd((byte)0)));
            }
        });
        return errno == Errno.None ? ports : throw new LinuxException("list interfaces", name, errno);
    }

    private static void Send(NetlinkSocket socket, NetlinkWriter message, string link)
    {
        if (socket.TryRequest(message, out _) is { } errno and not (Errno.None or Errno.ENODEV))
        {
            throw new LinuxException("remove interface", link, errno);
        }
    }
}
