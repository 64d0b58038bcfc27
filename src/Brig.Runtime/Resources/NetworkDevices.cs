using System.Buffers.Binary;
using Brig.Linux;
using Brig.Linux.Netlink;
using Brig.Oci;
using Brig.Oci.Runtime;

namespace Brig.Runtime.Resources;

/// <summary>Moves network devices into a container, with their permanent addresses, and switches them on (runtime-spec config-linux.md#network-devices).</summary>
internal static class NetworkDevices
{
    private const int AddressHeaderSize = 8, IFA_FLAGS = 8;

    internal static void Move(RuntimeSpec spec, int pid)
    {
        if (spec.Linux?.NetDevices is not { Count: > 0 } devices)
        {
            return;
        }

        using NetworkNamespace home = NetworkNamespace.OfThread(), target = NetworkNamespace.OfProcess(pid);
        if (home.Is(target))
        {
            throw BrigException.Invalid("linux.netDevices: the container has no network namespace of its own");
        }

        using NetlinkSocket here = NetlinkSocket.Open(NetlinkProtocol.NETLINK_ROUTE);
        using NetlinkSocket there = target.Open(NetlinkProtocol.NETLINK_ROUTE, home);
        foreach ((string name, NetDeviceSpec device) in devices)
        {
            Move(here, there, target, name, device.Name is { Length: > 0 } wanted ? wanted : name);
        }
    }

    private static void Move(NetlinkSocket here, NetlinkSocket there, NetworkNamespace target, string name, string wanted)
    {
        int index = here.InterfaceIndex(name);
        if (index <= 0)
        {
            throw BrigException.NotFound($"linux.netDevices: {Oci.Text.Quote(name)}: no such network device");
        }

        if (wanted.Length is 0 or > 15 || wanted.Contains('/', StringComparison.Ordinal) || wanted is "." or ".." || (!wanted.Contains('%', StringComparison.Ordinal) && there.InterfaceIndex(wanted) > 0))
        {
            // Said before anything moves: a device that was moved and not renamed would be lost with the container.
            throw BrigException.Conflict($"linux.netDevices: {Oci.Text.Quote(name)}: the name {Oci.Text.Quote(wanted)} cannot be had in the container");
        }

        List<byte[]> addresses = Addresses(here, index);
        HashSet<int> before = Links(there);
        NetlinkWriter move = new();
        move.MoveLink(index, target, wanted);
        here.Request(move, $"move network device {name}");
        int inside = Links(there).Except(before).First();
        NetlinkWriter settle = new();
        settle.SetUp(inside);
        there.Request(settle, $"switch on network device {wanted}");
        foreach (byte[] address in addresses)
        {
            NetlinkWriter add = new();
            add.AddAddressAsRead(inside, address);
            there.Request(add, $"address of network device {wanted}");
        }
    }

    private static HashSet<int> Links(NetlinkSocket socket)
    {
        HashSet<int> found = [];
        NetlinkWriter ask = new();
        ask.ListLinks();
        socket.Dump(ask, (_, body) => found.Add(BinaryPrimitives.ReadInt32LittleEndian(body[4..])));
        return found;
    }

    /// <summary>The permanent addresses of global scope, as the kernel wrote them.</summary>
    private static List<byte[]> Addresses(NetlinkSocket socket, int index)
    {
        const byte RT_SCOPE_UNIVERSE = 0;
        const uint IFA_F_PERMANENT = 0x80;
        List<byte[]> found = [];
        NetlinkWriter ask = new();
        ask.ListAddresses();
        socket.Dump(ask, (_, body) =>
        {
            ReadOnlySpan<byte> wide = NetlinkAttributes.Find(body[AddressHeaderSize..], IFA_FLAGS);
            uint flags = wide.Length == 4 ? BinaryPrimitives.ReadUInt32LittleEndian(wide) : body[2];
            if (BinaryPrimitives.ReadInt32LittleEndian(body[4..]) == index && body[3] == RT_SCOPE_UNIVERSE && (flags & IFA_F_PERMANENT) != 0)
            {
                found.Add(body.ToArray());
            }
        });
        return found;
    }
}
