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
        writer.Begin(RouteMessage.RTM_GETLINK, NetlinkFlags.NLM_F_DUMP);
        writer.Structure(default(LinkHeader));
    }

    public static void ListAddresses(this NetlinkWriter writer)
    {
        writer.Begin(RouteMessage.RTM_GETADDR, NetlinkFlags.NLM_F_DUMP);
        writer.Structure(default(AddressHeader));
    }

    /// <summary>Adds an address as a dump gave it, to another link.</summary>
    public static void AddAddressAsRead(this NetlinkWriter writer, int index, ReadOnlySpan<byte> body)
    {
        writer.Begin(RouteMessage.RTM_NEWADDR, NetlinkFlags.NLM_F_CREATE | NetlinkFlags.NLM_F_REPLACE);
        writer.Structure(new AddressHeader { Family = body[0], PrefixLength = body[1], Flags = body[2], Scope = body[3], Index = (uint)index });
        NetlinkAttributes attributes = new(body[AddressHeaderSize..]);
        while (attributes.Next())
        {
            if (attributes.Type != IFA_CACHEINFO)
            {
                writer.Attribute(attributes.Type, attributes.Value);
            }
        }
    }
}
