using System.Buffers.Binary;
using System.Text;
using Brig.Linux.Netlink;

namespace Brig.Linux.Nftables;

/// <summary>
/// Appends the expressions of one rule. Registers are counted in words of four bytes from 8 (NFT_REG32_00), which is
/// also where the sixteen-byte register 1 begins; a set's key or value lies in consecutive words.
/// </summary>
public sealed class RuleWriter(NetlinkWriter writer)
{
    /// <summary>NFT_REG32_00.</summary>
    public const uint FirstRegister = 8;

    private const int NFTA_EXPR_NAME = 1, NFTA_EXPR_DATA = 2, NFTA_LIST_ELEM = 1, NFTA_DATA_VALUE = 1, NFTA_DATA_VERDICT = 2;
    private const uint NFT_REG_VERDICT = 0, NameWords = 4;

    /// <summary>Goes on only if the packet came in by (or not by) this interface.</summary>
    public RuleWriter Input(Comparison comparison, string name) => Meta(MetaKey.NFT_META_IIFNAME, FirstRegister).CompareName(comparison, name);

    /// <summary>Goes on only if the packet leaves by (or not by) this interface.</summary>
    public RuleWriter Output(Comparison comparison, string name) => Meta(MetaKey.NFT_META_OIFNAME, FirstRegister).CompareName(comparison, name);

    /// <summary>Goes on only if the packet came in by an interface that the set names.</summary>
    public RuleWriter InputIn(string set) => Meta(MetaKey.NFT_META_IIFNAME, FirstRegister).Member(set);

    /// <summary>Goes on only if the packet leaves by an interface that the set names.</summary>
    public RuleWriter OutputIn(string set) => Meta(MetaKey.NFT_META_OIFNAME, FirstRegister).Member(set);

    /// <summary>Goes on only if the set names the two interfaces by which the packet comes in and leaves.</summary>
    public RuleWriter BothIn(string set) => Meta(MetaKey.NFT_META_IIFNAME, FirstRegister).Meta(MetaKey.NFT_META_OIFNAME, FirstRegister + NameWords).Member(set);

    /// <summary>Goes on only with packets of this family (NFPROTO_IPV4, NFPROTO_IPV6).</summary>
    public RuleWriter Family(byte family) => Meta(MetaKey.NFT_META_NFPROTO, FirstRegister).Compare(Comparison.NFT_CMP_EQ, [family]);

    /// <summary>Goes on only if the source address is in the set of ranges.</summary>
    /// <param name="family">NFPROTO_IPV4 or NFPROTO_IPV6.</param>
    public RuleWriter SourceIn(byte family, string set) => Family(family)
        .Payload(PayloadBase.NFT_PAYLOAD_NETWORK_HEADER, family == NetfilterHeader.NFPROTO_IPV4 ? 12u : 8u, family == NetfilterHeader.NFPROTO_IPV4 ? 4u : 16u, FirstRegister).Member(set);

    /// <summary>Goes on only if the IPv4 source address is in this network.</summary>
    public RuleWriter Source(uint network, int prefixLength) => Family(NetfilterHeader.NFPROTO_IPV4).Address(12, network, prefixLength);

    /// <summary>Goes on only if the IPv4 destination address is in this network.</summary>
    public RuleWriter Destination(uint network, int prefixLength) => Family(NetfilterHeader.NFPROTO_IPV4).Address(16, network, prefixLength);

    /// <summary>Goes on only with packets of this transport protocol.</summary>
    public RuleWriter Protocol(byte protocol) => Meta(MetaKey.NFT_META_L4PROTO, FirstRegister).Compare(Comparison.NFT_CMP_EQ, [protocol]);

    /// <summary>Goes on only if the set has the packet's destination: address, protocol and port.</summary>
    /// <param name="family">NFPROTO_IPV4 or NFPROTO_IPV6.</param>
    public RuleWriter DestinationServiceIn(byte family, string set)
    {
        (uint offset, uint length) = family == NetfilterHeader.NFPROTO_IPV4 ? (16u, 4u) : (24u, 16u);
        return Family(family)
            .Payload(PayloadBase.NFT_PAYLOAD_NETWORK_HEADER, offset, length, FirstRegister)
            .Meta(MetaKey.NFT_META_L4PROTO, FirstRegister + (length / 4))
            .Payload(PayloadBase.NFT_PAYLOAD_TRANSPORT_HEADER, 2, 2, FirstRegister + (length / 4) + 1)
            .Member(set);
    }

    /// <summary>Goes on only with packets to this port.</summary>
    public RuleWriter DestinationPort(TransportProtocol protocol, int port)
    {
        Meta(MetaKey.NFT_META_L4PROTO, FirstRegister).Compare(Comparison.NFT_CMP_EQ, [(byte)protocol]);
        Payload(PayloadBase.NFT_PAYLOAD_TRANSPORT_HEADER, 2, 2, FirstRegister);
        return Compare(Comparison.NFT_CMP_EQ, [(byte)(port >> 8), (byte)port]);
    }

    public RuleWriter Meta(MetaKey key, uint register)
    {
        using (writer.Nest(NFTA_LIST_ELEM))
        {
            writer.Text(NFTA_EXPR_NAME, "meta");
            using (writer.Nest(NFTA_EXPR_DATA))
            {
                writer.UInt32BigEndian(1, register);
                writer.UInt32BigEndian(2, (uint)key);
            }
        }

        return this;
    }

    public RuleWriter Payload(PayloadBase header, uint offset, uint length, uint register)
    {
        using (writer.Nest(NFTA_LIST_ELEM))
        {
            writer.Text(NFTA_EXPR_NAME, "payload");
            using (writer.Nest(NFTA_EXPR_DATA))
            {
                writer.UInt32BigEndian(1, register);
                writer.UInt32BigEndian(2, (uint)header);
                writer.UInt32BigEndian(3, offset);
                writer.UInt32BigEndian(4, length);
            }
        }

        return this;
    }

    public RuleWriter Compare(Comparison comparison, ReadOnlySpan<byte> value, uint register = FirstRegister)
    {
        using (writer.Nest(NFTA_LIST_ELEM))
        {
            writer.Text(NFTA_EXPR_NAME, "cmp");
            using (writer.Nest(NFTA_EXPR_DATA))
            {
                writer.UInt32BigEndian(1, register);
                writer.UInt32BigEndian(2, (uint)comparison);
                Value(3, value);
            }
        }

        return this;
    }

    /// <summary>Goes on only if one of these bits is set in the connection's state or status.</summary>
    public RuleWriter Connection(ConntrackKey key, uint bits)
    {
        using (writer.Nest(NFTA_LIST_ELEM))
        {
            writer.Text(NFTA_EXPR_NAME, "ct");
            using (writer.Nest(NFTA_EXPR_DATA))
            {
                writer.UInt32BigEndian(1, FirstRegister);
                writer.UInt32BigEndian(2, (uint)key);
            }
        }

        Span<byte> mask = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(mask, bits);
        return Mask(mask).Compare(Comparison.NFT_CMP_NEQ, stackalloc byte[4]);
    }

    /// <summary>Goes on only if the destination address is one of this host's.</summary>
    public RuleWriter DestinationIsLocal()
    {
        const uint NFTA_FIB_F_DADDR = 2, NFT_FIB_RESULT_ADDRTYPE = 3, RTN_LOCAL = 2;
        using (writer.Nest(NFTA_LIST_ELEM))
        {
            writer.Text(NFTA_EXPR_NAME, "fib");
            using (writer.Nest(NFTA_EXPR_DATA))
            {
                writer.UInt32BigEndian(1, FirstRegister);
                writer.UInt32BigEndian(2, NFT_FIB_RESULT_ADDRTYPE);
                writer.UInt32BigEndian(3, NFTA_FIB_F_DADDR);
            }
        }

        Span<byte> local = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(local, RTN_LOCAL);
        return Compare(Comparison.NFT_CMP_EQ, local);
    }

    /// <summary>Goes on only if the map has the key that begins in the first register; its value replaces the key there.</summary>
    public RuleWriter Lookup(string map)
    {
        using (writer.Nest(NFTA_LIST_ELEM))
        {
            writer.Text(NFTA_EXPR_NAME, "lookup");
            using (writer.Nest(NFTA_EXPR_DATA))
            {
                writer.Text(1, map);
                writer.UInt32BigEndian(2, FirstRegister);
                writer.UInt32BigEndian(3, FirstRegister);
            }
        }

        return this;
    }

    /// <summary>Goes on only if the set has the key that begins in the first register.</summary>
    public RuleWriter Member(string set)
    {
        using (writer.Nest(NFTA_LIST_ELEM))
        {
            writer.Text(NFTA_EXPR_NAME, "lookup");
            using (writer.Nest(NFTA_EXPR_DATA))
            {
                writer.Text(1, set);
                writer.UInt32BigEndian(2, FirstRegister);
            }
        }

        return this;
    }

    /// <summary>Lowers the segment size that a TCP connection's first packets offer to what the route takes; a greater one is lost where routers do not answer.</summary>
    public void ClampSegments()
    {
        const byte Syn = 2, Reset = 4, MaximumSegmentSize = 2;
        const uint NFT_RT_TCPMSS = 3, NFT_BYTEORDER_HTON = 1, NFT_EXTHDR_OP_TCPOPT = 1;
        Meta(MetaKey.NFT_META_L4PROTO, FirstRegister).Compare(Comparison.NFT_CMP_EQ, [(byte)TransportProtocol.Tcp]);
        Payload(PayloadBase.NFT_PAYLOAD_TRANSPORT_HEADER, 13, 1, FirstRegister).Mask([Syn | Reset]).Compare(Comparison.NFT_CMP_EQ, [Syn]);
        using (writer.Nest(NFTA_LIST_ELEM))
        {
            writer.Text(NFTA_EXPR_NAME, "rt");
            using (writer.Nest(NFTA_EXPR_DATA))
            {
                writer.UInt32BigEndian(1, FirstRegister);
                writer.UInt32BigEndian(2, NFT_RT_TCPMSS);
            }
        }

        using (writer.Nest(NFTA_LIST_ELEM))
        {
            writer.Text(NFTA_EXPR_NAME, "byteorder");
            using (writer.Nest(NFTA_EXPR_DATA))
            {
                writer.UInt32BigEndian(1, FirstRegister);
                writer.UInt32BigEndian(2, FirstRegister);
                writer.UInt32BigEndian(3, NFT_BYTEORDER_HTON);
                writer.UInt32BigEndian(4, 2);
                writer.UInt32BigEndian(5, 2);
            }
        }

        using (writer.Nest(NFTA_LIST_ELEM))
        {
            writer.Text(NFTA_EXPR_NAME, "exthdr");
            using (writer.Nest(NFTA_EXPR_DATA))
            {
                writer.Byte(2, MaximumSegmentSize);
                writer.UInt32BigEndian(3, 2);
                writer.UInt32BigEndian(4, 2);
                writer.UInt32BigEndian(6, NFT_EXTHDR_OP_TCPOPT);
                writer.UInt32BigEndian(7, FirstRegister);
            }
        }
    }

    /// <summary>Puts a value into a register.</summary>
    public RuleWriter Immediate(uint register, ReadOnlySpan<byte> value)
    {
        using (writer.Nest(NFTA_LIST_ELEM))
        {
            writer.Text(NFTA_EXPR_NAME, "immediate");
            using (writer.Nest(NFTA_EXPR_DATA))
            {
                writer.UInt32BigEndian(1, register);
                Value(2, value);
            }
        }

        return this;
    }

    /// <summary>Sends the packet to the address that begins in the first register and the port in the one behind it.</summary>
    /// <param name="family">NFPROTO_IPV4 or NFPROTO_IPV6.</param>
    public void TranslateDestination(byte family)
    {
        const uint NFT_NAT_DNAT = 1;
        uint words = family == NetfilterHeader.NFPROTO_IPV4 ? 1u : 4u;
        using (writer.Nest(NFTA_LIST_ELEM))
        {
            writer.Text(NFTA_EXPR_NAME, "nat");
            using (writer.Nest(NFTA_EXPR_DATA))
            {
                writer.UInt32BigEndian(1, NFT_NAT_DNAT);
                writer.UInt32BigEndian(2, family);
                writer.UInt32BigEndian(3, FirstRegister);
                writer.UInt32BigEndian(5, FirstRegister + words);
            }
        }
    }

    /// <summary>Gives the packet the address of the interface it leaves by.</summary>
    public void Masquerade()
    {
        using (writer.Nest(NFTA_LIST_ELEM))
        {
            writer.Text(NFTA_EXPR_NAME, "masq");
            using (writer.Nest(NFTA_EXPR_DATA))
            {
            }
        }
    }

    public void End(Verdict verdict)
    {
        using (writer.Nest(NFTA_LIST_ELEM))
        {
            writer.Text(NFTA_EXPR_NAME, "immediate");
            using (writer.Nest(NFTA_EXPR_DATA))
            {
                writer.UInt32BigEndian(1, NFT_REG_VERDICT);
                using (writer.Nest(2))
                using (writer.Nest(NFTA_DATA_VERDICT))
                {
                    writer.UInt32BigEndian(1, (uint)verdict);
                }
            }
        }
    }

    private RuleWriter Mask(ReadOnlySpan<byte> mask)
    {
        using (writer.Nest(NFTA_LIST_ELEM))
        {
            writer.Text(NFTA_EXPR_NAME, "bitwise");
            using (writer.Nest(NFTA_EXPR_DATA))
            {
                writer.UInt32BigEndian(1, FirstRegister);
                writer.UInt32BigEndian(2, FirstRegister);
                writer.UInt32BigEndian(3, (uint)mask.Length);
                Value(4, mask);
                Value(5, stackalloc byte[mask.Length]);
            }
        }

        return this;
    }

    private RuleWriter Address(uint offset, uint network, int prefixLength)
    {
        Span<byte> bytes = stackalloc byte[4];
        Payload(PayloadBase.NFT_PAYLOAD_NETWORK_HEADER, offset, 4, FirstRegister);
        BinaryPrimitives.WriteUInt32BigEndian(bytes, uint.MaxValue << (32 - prefixLength));
        Mask(bytes);
        BinaryPrimitives.WriteUInt32BigEndian(bytes, network);
        return Compare(Comparison.NFT_CMP_EQ, bytes);
    }

    private RuleWriter CompareName(Comparison comparison, string name)
    {
        Span<byte> bytes = stackalloc byte[16];
        Encoding.UTF8.GetBytes(name, bytes);
        return Compare(comparison, bytes);
    }

    private void Value(int type, ReadOnlySpan<byte> value)
    {
        using (writer.Nest(type))
        {
            writer.Attribute(NFTA_DATA_VALUE, value);
        }
    }
}
