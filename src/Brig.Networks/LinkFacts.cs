using System.Buffers.Binary;
using System.Text;
using Brig.Linux;
using Brig.Linux.Netlink;

namespace Brig.Networks;

/// <summary>What the kernel tells of a link.</summary>
/// <param name="Group">Its device group: the root's own for what Brig made.</param>
/// <param name="Kind">Bridge, veth, vlan…; empty for hardware.</param>
internal sealed record LinkFacts(int Index, uint Group, string Kind)
{
    /// <summary>Null where there is no link of that name in the socket's namespace.</summary>
    internal static LinkFacts? Find(NetlinkSocket socket, string name)
    {
        LinkFacts? found = null;
        NetlinkWriter message = new(64);
        message.Begin(RouteMessage.RTM_GETLINK, NetlinkFlags.None);
        message.Structure(default(LinkHeader));
        message.Text(LinkAttribute.IFLA_IFNAME, name);
        Errno errno = socket.Dump(message, (_, body) =>
        {
            ReadOnlySpan<byte> attributes = body[16..];
            ReadOnlySpan<byte> group = NetlinkAttributes.Find(attributes, LinkAttribute.IFLA_GROUP);
            ReadOnlySpan<byte> kind = NetlinkAttributes.Find(NetlinkAttributes.Find(attributes, LinkAttribute.IFLA_LINKINFO), LinkAttribute.IFLA_INFO_KIND);
            found = new LinkFacts(
                BinaryPrimitives.ReadInt32LittleEndian(body[4..]),
                group.Length == 4 ? BinaryPrimitives.ReadUInt32LittleEndian(group) : 0,
                Encoding.UTF8.GetString(kind.TrimEnd((byte)0)));
        });
        return errno is Errno.None or Errno.ENODEV ? found : throw new LinuxException("find interface", name, errno);
    }
}
