using System.Buffers.Binary;

namespace Brig.Linux.Netlink;

/// <summary>The rtnetlink messages by which a link goes to another namespace with what belongs to it.</summary>
public static class DeviceMessages
{
    private const int AddressHeaderSize = 8, IFA_CACHEINFO = 6;

    /// <summary>Moves a link; a name with <c>%d</c> lets the kernel number it.</summary>
    public static void MoveLink(this NetlinkWriter writer, int index, NetworkNamespace target, string name)
    {
        writer.Begin(RouteMessage.RTM_NEWLINK, NetlinkFlags.None);
        writer.Structure(new LinkHeader { Index = index });
        writer.Text(LinkAttribute.IFLA_IFNAME, name);
        writer.UInt32(LinkAttribute.IFLA_NET_NS_FD, (uint)Files.Number(target.Handle));
    }

    public static void SetUp(this NetlinkWriter writer, int index)
    {
        writer.Begin(RouteMessage.RTM_NEWLINK, NetlinkFlags.None);
        writer.Structure(new LinkHeader { Index = index, Flags = LinkHeader.IFF_UP, Change = LinkHeader.IFF_UP });
    }

    public static void ListLinks(this NetlinkWriter writer)
    {
        const int RTM_GETLINK = 18;
        writer.Begin(RTM_GETLINK, NetlinkFlags.NLM_F_DUMP);
        writer.Structure(default(LinkHeader));
    }

    public static void ListAddresses(this NetlinkWriter writer)
    {
        const int RTM_GETADDR = 22;
        writer.Begin(RTM_GETADDR, NetlinkFlags.NLM_F_DUMP);
        writer.Structure(default(AddressHeader));
    }

    /// <summary>Adds an address as a dump gave it, to another link.</summary>
    public static void AddAddressAsRead(this NetlinkWriter writer, int index, ReadOnlySpan<byte> body)
    {
        writer.Begin(RouteMessage.RTM_NEWADDR, NetlinkFlags.NLM_F_CREATE | NetlinkFlags.NLM_F_REPLACE);
        writer.Structure(new AddressHeader { Family = body[0], PrefixLength = body[1], Flags = body[2], Scope = body[3], Index = (uint)index });
        for (ReadOnlySpan<byte> rest = body[AddressHeaderSize..]; rest.Length >= 4;)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(rest), type = BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]);
            if (length < 4 || length > rest.Length)
            {
                return;
            }

            if (type != IFA_CACHEINFO)
            {
                writer.Attribute(type, rest[4..length]);
            }

            rest = rest[Math.Min(rest.Length, (length + 3) & ~3)..];
        }
    }
}
