using System.Buffers.Binary;
using Brig.Linux.Netlink;

namespace Brig.Linux.Nftables;

/// <summary>What is in the kernel's tables now.</summary>
public static class NftablesQueries
{
    public static bool HasTable(this NetlinkSocket socket, string table)
    {
        NetlinkWriter message = Message(NftablesMessage.NFT_MSG_GETTABLE, NetfilterHeader.NFPROTO_INET, NetlinkFlags.None);
        message.Text(1, table);
        return socket.Dump(message, (_, _) => { }) switch
        {
            Errno.None => true,
            Errno.ENOENT => false,
            var errno => throw new LinuxException("nftables", $"find table {table}", errno),
        };
    }

    /// <summary>The keys of a map; none where the table or the map is missing.</summary>
    public static List<byte[]> Keys(this NetlinkSocket socket, string table, string map)
    {
        const int NFTA_SET_ELEM_LIST_ELEMENTS = 3, NFTA_SET_ELEM_KEY = 1, NFTA_DATA_VALUE = 1;
        List<byte[]> keys = [];
        NetlinkWriter message = Message(NftablesMessage.NFT_MSG_GETSETELEM, NetfilterHeader.NFPROTO_INET, NetlinkFlags.NLM_F_DUMP);
        message.Text(1, table);
        message.Text(2, map);
        Errno errno = socket.Dump(message, (_, body) =>
        {
            NetlinkAttributes elements = new(NetlinkAttributes.Find(body[4..], NFTA_SET_ELEM_LIST_ELEMENTS));
            while (elements.Next())
            {
                keys.Add(NetlinkAttributes.Find(NetlinkAttributes.Find(elements.Value, NFTA_SET_ELEM_KEY), NFTA_DATA_VALUE).ToArray());
            }
        });
        return errno is Errno.None or Errno.ENOENT ? keys : throw new LinuxException("nftables", $"list map {table} {map}", errno);
    }

    /// <summary>Chains of other tables for forwarded packets that drop what no rule of theirs accepts, as <c>family table chain</c>.</summary>
    public static List<string> DroppingForwardChains(this NetlinkSocket socket)
    {
        const int NFTA_CHAIN_TABLE = 1, NFTA_CHAIN_NAME = 3, NFTA_CHAIN_HOOK = 4, NFTA_CHAIN_POLICY = 5;
        List<string> chains = [];
        NetlinkWriter message = Message(NftablesMessage.NFT_MSG_GETCHAIN, 0, NetlinkFlags.NLM_F_DUMP);
        Errno errno = socket.Dump(message, (_, body) =>
        {
            ReadOnlySpan<byte> attributes = body[4..];
            ReadOnlySpan<byte> hook = NetlinkAttributes.Find(NetlinkAttributes.Find(attributes, NFTA_CHAIN_HOOK), 1);
            ReadOnlySpan<byte> policy = NetlinkAttributes.Find(attributes, NFTA_CHAIN_POLICY);
            if (body[0] is NetfilterHeader.NFPROTO_IPV4 or NetfilterHeader.NFPROTO_IPV6 or NetfilterHeader.NFPROTO_INET
                && hook.Length == 4 && BinaryPrimitives.ReadUInt32BigEndian(hook) == (uint)NetfilterHook.NF_INET_FORWARD
                && policy.Length == 4 && BinaryPrimitives.ReadUInt32BigEndian(policy) == (uint)Verdict.NF_DROP)
            {
                string family = body[0] switch { NetfilterHeader.NFPROTO_IPV4 => "ip", NetfilterHeader.NFPROTO_IPV6 => "ip6", _ => "inet" };
                chains.Add($"{family} {Text(attributes, NFTA_CHAIN_TABLE)} {Text(attributes, NFTA_CHAIN_NAME)}");
            }
        });
        return errno == Errno.None ? chains : throw new LinuxException("nftables", "list chains", errno);
    }

    private static string Text(ReadOnlySpan<byte> attributes, int type) =>
        System.Text.Encoding.UTF8.GetString(NetlinkAttributes.Find(attributes, type).TrimEnd((byte)0));

    private static NetlinkWriter Message(int type, byte family, NetlinkFlags flags)
    {
        NetlinkWriter writer = new(256);
        writer.Begin((NftablesMessage.NFNL_SUBSYS_NFTABLES << 8) | type, flags);
        writer.Structure(new NetfilterHeader { Family = family });
        return writer;
    }
}
