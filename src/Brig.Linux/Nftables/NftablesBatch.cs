using System.Text;
using Brig.Linux.Netlink;

namespace Brig.Linux.Nftables;

/// <summary>
/// Changes to tables of the inet family (IPv4 and IPv6) that take effect together or not at all (nfnetlink batch).
/// <see cref="Commit"/> or <see cref="TryCommit"/> ends it.
/// </summary>
public sealed class NftablesBatch
{
    private const int NFTA_SET_ELEM_LIST_TABLE = 1, NFTA_SET_ELEM_LIST_SET = 2, NFTA_SET_ELEM_LIST_ELEMENTS = 3, NFTA_LIST_ELEM = 1;
    private readonly NetlinkWriter _writer;
    private uint _setId;

    public NftablesBatch(int capacity = 2048)
    {
        _writer = new NetlinkWriter(capacity);
        Mark(NftablesMessage.NFNL_MSG_BATCH_BEGIN);
    }

    /// <summary>Makes a table; one that exists stays as it is.</summary>
    public void AddTable(string table)
    {
        Begin(NftablesMessage.NFT_MSG_NEWTABLE, NetlinkFlags.NLM_F_CREATE);
        _writer.Text(1, table);
        _writer.UInt32BigEndian(2, 0);
    }

    /// <summary>Removes a table with all that is in it.</summary>
    public void DeleteTable(string table)
    {
        Begin(NftablesMessage.NFT_MSG_DELTABLE, NetlinkFlags.None);
        _writer.Text(1, table);
    }

    /// <summary>A chain that the kernel sends packets through; those that no rule ends are accepted.</summary>
    public void AddChain(string table, string chain, string type, NetfilterHook hook, int priority)
    {
        const int NFTA_CHAIN_TABLE = 1, NFTA_CHAIN_NAME = 3, NFTA_CHAIN_HOOK = 4, NFTA_CHAIN_POLICY = 5, NFTA_CHAIN_TYPE = 7;
        Begin(NftablesMessage.NFT_MSG_NEWCHAIN, NetlinkFlags.NLM_F_CREATE);
        _writer.Text(NFTA_CHAIN_TABLE, table);
        _writer.Text(NFTA_CHAIN_NAME, chain);
        _writer.Text(NFTA_CHAIN_TYPE, type);
        _writer.UInt32BigEndian(NFTA_CHAIN_POLICY, (uint)Verdict.NF_ACCEPT);
        using (_writer.Nest(NFTA_CHAIN_HOOK))
        {
            _writer.UInt32BigEndian(1, (uint)hook);
            _writer.UInt32BigEndian(2, unchecked((uint)priority));
        }
    }

    /// <summary>A hash map from the concatenation of some types to that of others.</summary>
    public void AddMap(string table, string map, ReadOnlySpan<MapType> key, ReadOnlySpan<MapType> value)
    {
        const uint NFT_SET_MAP = 8;
        Begin(NftablesMessage.NFT_MSG_NEWSET, NetlinkFlags.NLM_F_CREATE);
        _writer.Text(1, table);
        _writer.Text(2, map);
        _writer.UInt32BigEndian(3, NFT_SET_MAP);
        _writer.UInt32BigEndian(4, Concatenate(key));
        _writer.UInt32BigEndian(5, Size(key));
        _writer.UInt32BigEndian(6, Concatenate(value));
        _writer.UInt32BigEndian(7, Size(value));
        _writer.UInt32BigEndian(10, ++_setId);
    }

    /// <summary>A hash set of the concatenation of some types.</summary>
    public void AddSet(string table, string set, ReadOnlySpan<MapType> key)
    {
        Begin(NftablesMessage.NFT_MSG_NEWSET, NetlinkFlags.NLM_F_CREATE);
        _writer.Text(1, table);
        _writer.Text(2, set);
        _writer.UInt32BigEndian(3, 0);
        _writer.UInt32BigEndian(4, Concatenate(key));
        _writer.UInt32BigEndian(5, Size(key));
        _writer.UInt32BigEndian(10, ++_setId);

        // How nft is to read the keys: names of interfaces are in the host's order, which it takes no other set's to be.
        if (!key.Contains(MapType.InterfaceName))
        {
            return;
        }

        _writer.Attribute(13, key.Length == 1 ? [0, 4, 1, 0, 0, 0] : [0, 4, 0, 0, 0, 0, 3, 8, 0, 4, 13, 0, 0, 0, 1, 0]);
    }

    /// <summary>A set of ranges of addresses.</summary>
    public void AddRanges(string table, string set, MapType type)
    {
        const uint NFT_SET_INTERVAL = 4;
        Begin(NftablesMessage.NFT_MSG_NEWSET, NetlinkFlags.NLM_F_CREATE);
        _writer.Text(1, table);
        _writer.Text(2, set);
        _writer.UInt32BigEndian(3, NFT_SET_INTERVAL);
        _writer.UInt32BigEndian(4, (uint)type);
        _writer.UInt32BigEndian(5, Size([type]));
        _writer.UInt32BigEndian(10, ++_setId);
        _writer.Attribute(13, [0, 4, 2, 0, 0, 0]);
    }

    /// <summary>Adds a range: from the first address up to, and without, the one behind the last.</summary>
    public void AddRange(string table, string set, ReadOnlySpan<byte> first, ReadOnlySpan<byte> behind) => Range(NftablesMessage.NFT_MSG_NEWSETELEM, NetlinkFlags.NLM_F_CREATE, table, set, first, behind);

    /// <summary>Removes a range. One that is not there fails the batch with ENOENT.</summary>
    public void DeleteRange(string table, string set, ReadOnlySpan<byte> first, ReadOnlySpan<byte> behind) => Range(NftablesMessage.NFT_MSG_DELSETELEM, NetlinkFlags.None, table, set, first, behind);

    public void AddRule(string table, string chain, Action<RuleWriter> write)
    {
        const int NFTA_RULE_TABLE = 1, NFTA_RULE_CHAIN = 2, NFTA_RULE_EXPRESSIONS = 4;
        Begin(NftablesMessage.NFT_MSG_NEWRULE, NetlinkFlags.NLM_F_CREATE | NetlinkFlags.NLM_F_APPEND);
        _writer.Text(NFTA_RULE_TABLE, table);
        _writer.Text(NFTA_RULE_CHAIN, chain);
        using (_writer.Nest(NFTA_RULE_EXPRESSIONS))
        {
            write(new RuleWriter(_writer));
        }
    }

    /// <summary>Adds one key to a set; one that is there already stays.</summary>
    public void AddElement(string table, string set, ReadOnlySpan<byte> key)
    {
        const int NFTA_SET_ELEM_KEY = 1;
        Begin(NftablesMessage.NFT_MSG_NEWSETELEM, NetlinkFlags.NLM_F_CREATE);
        _writer.Text(NFTA_SET_ELEM_LIST_TABLE, table);
        _writer.Text(NFTA_SET_ELEM_LIST_SET, set);
        using (_writer.Nest(NFTA_SET_ELEM_LIST_ELEMENTS))
        using (_writer.Nest(NFTA_LIST_ELEM))
        {
            Value(NFTA_SET_ELEM_KEY, key);
        }
    }

    /// <summary>Adds one element. A key that is there with another value fails the batch with EEXIST or EBUSY.</summary>
    public void AddElement(string table, string map, MapElement element)
    {
        const int NFTA_SET_ELEM_KEY = 1, NFTA_SET_ELEM_DATA = 2, NFTA_SET_ELEM_USERDATA = 6;
        Begin(NftablesMessage.NFT_MSG_NEWSETELEM, NetlinkFlags.NLM_F_CREATE);
        _writer.Text(NFTA_SET_ELEM_LIST_TABLE, table);
        _writer.Text(NFTA_SET_ELEM_LIST_SET, map);
        using (_writer.Nest(NFTA_SET_ELEM_LIST_ELEMENTS))
        using (_writer.Nest(NFTA_LIST_ELEM))
        {
            Value(NFTA_SET_ELEM_KEY, element.Key);
            Value(NFTA_SET_ELEM_DATA, element.Value);

            // nft's notation of a comment: type 0, length with the zero byte, text.
            byte[] text = Encoding.UTF8.GetBytes(element.Comment);
            _writer.Attribute(NFTA_SET_ELEM_USERDATA, [0, (byte)(text.Length + 1), .. text, 0]);
        }
    }

    /// <summary>Removes one element by its key. One that is not there fails the batch with ENOENT.</summary>
    public void DeleteElement(string table, string map, ReadOnlySpan<byte> key)
    {
        const int NFTA_SET_ELEM_KEY = 1;
        Begin(NftablesMessage.NFT_MSG_DELSETELEM, NetlinkFlags.None);
        _writer.Text(NFTA_SET_ELEM_LIST_TABLE, table);
        _writer.Text(NFTA_SET_ELEM_LIST_SET, map);
        using (_writer.Nest(NFTA_SET_ELEM_LIST_ELEMENTS))
        using (_writer.Nest(NFTA_LIST_ELEM))
        {
            Value(NFTA_SET_ELEM_KEY, key);
        }
    }

    public void Commit(NetlinkSocket socket, string operation)
    {
        if (TryCommit(socket, out string? words) is { } errno and not Errno.None)
        {
            throw new LinuxException(operation, words, errno);
        }
    }

    /// <summary>Gives the first error; nothing was changed then.</summary>
    public Errno TryCommit(NetlinkSocket socket, out string? words)
    {
        _writer.AddFlags(NetlinkFlags.NLM_F_ACK);
        Mark(NftablesMessage.NFNL_MSG_BATCH_END);
        return socket.TryBatch(_writer, out words);
    }

    private void Range(int type, NetlinkFlags flags, string table, string set, ReadOnlySpan<byte> first, ReadOnlySpan<byte> behind)
    {
        const int NFTA_SET_ELEM_KEY = 1, NFTA_SET_ELEM_FLAGS = 3;
        const uint NFT_SET_ELEM_INTERVAL_END = 1;
        Begin(type, flags);
        _writer.Text(NFTA_SET_ELEM_LIST_TABLE, table);
        _writer.Text(NFTA_SET_ELEM_LIST_SET, set);
        using (_writer.Nest(NFTA_SET_ELEM_LIST_ELEMENTS))
        {
            using (_writer.Nest(NFTA_LIST_ELEM))
            {
                Value(NFTA_SET_ELEM_KEY, first);
            }

            using (_writer.Nest(NFTA_LIST_ELEM))
            {
                Value(NFTA_SET_ELEM_KEY, behind);
                _writer.UInt32BigEndian(NFTA_SET_ELEM_FLAGS, NFT_SET_ELEM_INTERVAL_END);
            }
        }
    }

    private void Begin(int type, NetlinkFlags flags)
    {
        _writer.Begin((NftablesMessage.NFNL_SUBSYS_NFTABLES << 8) | type, flags);
        _writer.Structure(new NetfilterHeader { Family = NetfilterHeader.NFPROTO_INET });
    }

    private void Mark(int type)
    {
        _writer.Begin(type, NetlinkFlags.None);
        _writer.Structure(new NetfilterHeader { ResourceBigEndian = NftablesMessage.NFNL_SUBSYS_NFTABLES << 8 });
    }

    private void Value(int type, ReadOnlySpan<byte> bytes)
    {
        const int NFTA_DATA_VALUE = 1;
        using (_writer.Nest(type))
        {
            _writer.Attribute(NFTA_DATA_VALUE, bytes);
        }
    }

    private static uint Size(ReadOnlySpan<MapType> parts)
    {
        uint size = 0;
        foreach (MapType part in parts)
        {
            size += part is MapType.Ipv6Address or MapType.InterfaceName ? 16u : 4u;
        }

        return size;
    }

    private static uint Concatenate(ReadOnlySpan<MapType> parts)
    {
        uint type = 0;
        foreach (MapType part in parts)
        {
            type = (type << 6) | (uint)part;
        }

        return type;
    }
}
