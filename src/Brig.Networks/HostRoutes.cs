using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Brig.Linux;
using Brig.Linux.Netlink;

namespace Brig.Networks;

/// <summary>What the host's addresses and routes leave to a new network, and the greatest packet its way out takes.</summary>
internal sealed class HostRoutes
{
    private readonly List<Subnet> _taken = [];
    private int _uplink;
    private uint _uplinkPriority = uint.MaxValue;

    private HostRoutes()
    {
    }

    /// <summary>Of the interface of the default route; 1500 where there is none.</summary>
    internal uint Mtu { get; private set; } = 1500;

    internal static HostRoutes Read(NetlinkSocket socket)
    {
        HostRoutes routes = new();
        routes.ReadAddresses(socket);
        routes.ReadRoutes(socket, AddressFamily.InterNetwork);
        routes.ReadRoutes(socket, AddressFamily.InterNetworkV6);
        routes.ReadMtu(socket);
        return routes;
    }

    internal bool IsFree(Subnet subnet) => !_taken.Exists(subnet.Overlaps);

    private void ReadAddresses(NetlinkSocket socket)
    {
        NetlinkWriter message = new(64);
        message.Begin(RouteMessage.RTM_GETADDR, NetlinkFlags.NLM_F_DUMP);
        message.Structure(default(AddressHeader));
        Check(socket.Dump(message, (_, body) =>
        {
            ReadOnlySpan<byte> address = NetlinkAttributes.Find(body[8..], AddressHeader.IFA_ADDRESS);
            if (address.Length is 4 or 16)
            {
                _taken.Add(Subnet.Of(new IPAddress(address), body[1]));
            }
        }), "list addresses");
    }

    private void ReadRoutes(NetlinkSocket socket, AddressFamily family)
    {
        const byte AF_INET = 2, AF_INET6 = 10;
        NetlinkWriter message = new(64);
        message.Begin(RouteMessage.RTM_GETROUTE, NetlinkFlags.NLM_F_DUMP);
        message.Structure(new RouteHeader { Family = family == AddressFamily.InterNetwork ? AF_INET : AF_INET6 });
        Check(socket.Dump(message, (_, body) =>
        {
            ReadOnlySpan<byte> attributes = body[12..];
            ReadOnlySpan<byte> destination = NetlinkAttributes.Find(attributes, RouteHeader.RTA_DST);
            int length = body[1];
            if (destination.Length is 4 or 16 && length > 1)
            {
                _taken.Add(Subnet.Of(new IPAddress(destination), length));
            }
            else if (length == 0 && body[7] == RouteHeader.RTN_UNICAST && body[0] == AF_INET)
            {
                AddDefault(attributes);
            }
        }), "list routes");
    }

    // Halves of the address space (0.0.0.0/1 and 128.0.0.0/1) are how VPNs write a default route: they take no subnet.
    private void AddDefault(ReadOnlySpan<byte> attributes)
    {
        const int NextHopHeaderLength = 8;
        ReadOnlySpan<byte> output = NetlinkAttributes.Find(attributes, RouteHeader.RTA_OIF);
        ReadOnlySpan<byte> several = NetlinkAttributes.Find(attributes, RouteHeader.RTA_MULTIPATH);
        ReadOnlySpan<byte> priority = NetlinkAttributes.Find(attributes, RouteHeader.RTA_PRIORITY);
        uint number = priority.Length == 4 ? BinaryPrimitives.ReadUInt32LittleEndian(priority) : 0;
        int index = output.Length == 4 ? BinaryPrimitives.ReadInt32LittleEndian(output)
            : several.Length >= NextHopHeaderLength ? BinaryPrimitives.ReadInt32LittleEndian(several[4..]) : 0;
        if (index != 0 && (_uplink == 0 || number < _uplinkPriority))
        {
            (_uplink, _uplinkPriority) = (index, number);
        }
    }

    private void ReadMtu(NetlinkSocket socket)
    {
        if (_uplink == 0)
        {
            return;
        }

        NetlinkWriter message = new(64);
        message.Begin(RouteMessage.RTM_GETLINK, NetlinkFlags.None);
        message.Structure(new LinkHeader { Index = _uplink });
        Check(socket.Dump(message, (_, body) =>
        {
            ReadOnlySpan<byte> mtu = NetlinkAttributes.Find(body[16..], LinkAttribute.IFLA_MTU);
            Mtu = mtu.Length == 4 ? Math.Clamp(BinaryPrimitives.ReadUInt32LittleEndian(mtu), 576, 65535) : Mtu;
        }), "read uplink");
    }

    private static void Check(Errno errno, string operation)
    {
        // A kernel without IPv6 has no routes of it.
        if (errno is not (Errno.None or Errno.EOPNOTSUPP or Errno.EAFNOSUPPORT))
        {
            throw new LinuxException(operation, null, errno);
        }
    }
}
