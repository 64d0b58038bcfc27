using System.Net;
using System.Net.Sockets;
using Brig.Linux;
using Brig.Linux.Netlink;
using Brig.Linux.Nftables;

namespace Brig.Networks;

/// <summary>
/// The root's own nftables table: fixed chains, sets that name the bridges, and maps with an element for each published port, so
/// that networks and containers come and go by elements alone.
/// </summary>
internal sealed class FirewallTable(string table)
{
    private const string Bridges = "bridges", Within = "within", Internal = "internal", Subnets = "subnets", Subnets6 = "subnets6",
        Masqueraded = "masqueraded", Masqueraded6 = "masqueraded6", Routed = "routed", Routed6 = "routed6", Unprotected = "unprotected", Unprotected6 = "unprotected6", Trusted = "trusted";
    private const uint Loopback = 0x7F000000, IPS_DST_NAT = 0x20, ESTABLISHED_RELATED = 2 | 4;
    private const int PriorityRaw = -300, PriorityDestination = -100, PriorityFilter = 0, PrioritySource = 100;
    private const byte IPv4 = NetfilterHeader.NFPROTO_IPV4, IPv6 = NetfilterHeader.NFPROTO_IPV6, IcmpV4 = 1, IcmpV6 = 58;

    private static readonly MapType[] s_service = [MapType.InternetProtocol, MapType.InternetService];

    internal bool Exists(NetlinkSocket socket) => socket.HasTable(table);

    /// <summary>Makes the table anew with those networks and ports; what was there under its name goes in the same instant.</summary>
    internal void Replace(NetlinkSocket socket, IEnumerable<Network> networks, IEnumerable<PortRule> ports)
    {
        NftablesBatch batch = new(16384);
        batch.AddTable(table);
        batch.DeleteTable(table);
        batch.AddTable(table);
        batch.AddSet(table, Bridges, [MapType.InterfaceName]);
        batch.AddSet(table, Within, [MapType.InterfaceName, MapType.InterfaceName]);
        batch.AddSet(table, Internal, [MapType.InterfaceName]);
        batch.AddRanges(table, Subnets, MapType.Ipv4Address);
        batch.AddRanges(table, Subnets6, MapType.Ipv6Address);
        foreach (string set in (ReadOnlySpan<string>)[Masqueraded, Masqueraded6, Routed, Routed6, Unprotected, Unprotected6])
        {
            batch.AddSet(table, set, [MapType.InterfaceName]);
        }

        batch.AddSet(table, Trusted, [MapType.InterfaceName, MapType.InterfaceName]);
        batch.AddMap(table, PortRule.EveryAddress, s_service, [MapType.Ipv4Address, MapType.InternetService]);
        batch.AddMap(table, PortRule.OneAddress, [MapType.Ipv4Address, .. s_service], [MapType.Ipv4Address, MapType.InternetService]);
        batch.AddMap(table, PortRule.EveryAddress6, s_service, [MapType.Ipv6Address, MapType.InternetService]);
        batch.AddMap(table, PortRule.OneAddress6, [MapType.Ipv6Address, .. s_service], [MapType.Ipv6Address, MapType.InternetService]);
        batch.AddSet(table, PortRule.Open, [MapType.Ipv4Address, .. s_service]);
        batch.AddSet(table, PortRule.Open6, [MapType.Ipv6Address, .. s_service]);
        AddRaw(batch);
        AddDestination(batch, "prerouting", NetfilterHook.NF_INET_PRE_ROUTING);
        AddDestination(batch, "output", NetfilterHook.NF_INET_LOCAL_OUT);
        AddForward(batch);
        AddSource(batch);
        foreach (Network network in networks)
        {
            AddElements(batch, network);
        }

        AddElements(batch, ports);

        batch.Commit(socket, "nftables");
    }

    internal void Delete(NetlinkSocket socket)
    {
        NftablesBatch batch = new(256);
        batch.DeleteTable(table);
        if (batch.TryCommit(socket, out string? words) is { } errno and not (Errno.None or Errno.ENOENT))
        {
            throw new LinuxException("nftables", words ?? $"delete table {table}", errno);
        }
    }

    /// <summary>Lets packets of a network through; false where something of it, or of one that had its place, is there already.</summary>
    internal bool TryAdmit(NetlinkSocket socket, Network network)
    {
        NftablesBatch batch = new();
        AddElements(batch, network);
        return batch.TryCommit(socket, out _) == Errno.None;
    }

    /// <summary>Forgets a network; false where something of it is missing, and nothing was changed.</summary>
    internal bool TryExpel(NetlinkSocket socket, Network network)
    {
        NftablesBatch batch = new();
        foreach ((string set, byte[] key) in Elements(network))
        {
            batch.DeleteElement(table, set, key);
        }

        foreach ((string set, byte[] first, byte[] behind) in Ranges(network))
        {
            batch.DeleteRange(table, set, first, behind);
        }

        return batch.TryCommit(socket, out _) == Errno.None;
    }

    /// <summary>Adds the elements of a container's ports, all or none. Elements that others left under the same keys must have been removed.</summary>
    internal void Publish(NetlinkSocket socket, IReadOnlyList<PortRule> ports)
    {
        if (ports.Count == 0)
        {
            return;
        }

        NftablesBatch batch = new();
        AddElements(batch, ports);

        batch.Commit(socket, "nftables");
    }

    /// <summary>Removes elements; those that are gone already are passed over.</summary>
    internal void Withdraw(NetlinkSocket socket, IEnumerable<PortKey> ports) => Delete(socket, [.. ports.Select(port => (port.Map, port.Bytes))]);

    /// <summary>The keys of all published ports.</summary>
    internal List<PortKey> Keys(NetlinkSocket socket) =>
        [.. PortRule.Maps.SelectMany(map => socket.Keys(table, map).Select(key => new PortKey(map, key)))];

    private void Delete(NetlinkSocket socket, IReadOnlyList<(string Set, byte[] Key)> elements)
    {
        if (elements.Count == 0)
        {
            return;
        }

        NftablesBatch batch = new();
        foreach ((string set, byte[] key) in elements)
        {
            batch.DeleteElement(table, set, key);
        }

        switch (batch.TryCommit(socket, out string? words))
        {
            case Errno.None:
                return;
            case Errno.ENOENT when elements.Count > 1: // one is missing and so all stayed: each on its own
                foreach ((string, byte[]) element in elements)
                {
                    Delete(socket, [element]);
                }

                return;
            case Errno.ENOENT:
                return;
            case var errno:
                throw new LinuxException("nftables", words ?? $"delete from table {table}", errno);
        }
    }

    private void AddElements(NftablesBatch batch, IEnumerable<PortRule> ports)
    {
        foreach (PortRule port in ports)
        {
            if (port.Element is { } element)
            {
                batch.AddElement(table, port.Map, element);
            }
            else
            {
                batch.AddElement(table, port.Map, port.Key.Bytes);
            }
        }
    }

    private void AddElements(NftablesBatch batch, Network network)
    {
        foreach ((string set, byte[] key) in Elements(network))
        {
            batch.AddElement(table, set, key);
        }

        foreach ((string set, byte[] first, byte[] behind) in Ranges(network))
        {
            batch.AddRange(table, set, first, behind);
        }
    }

    private static IEnumerable<(string Set, byte[] First, byte[] Behind)> Ranges(Network network) =>
        network.Pools.Select(pool => pool.Network).Select(subnet => (subnet.IsIPv6 ? Subnets6 : Subnets, subnet.At(0).GetAddressBytes(), subnet.At(subnet.Size + 1).GetAddressBytes()));

    private static IEnumerable<(string Set, byte[] Key)> Elements(Network network)
    {
        byte[] name = Name(network.Bridge);
        yield return (Bridges, name);
        yield return (Within, [.. name, .. name]);
        if (network.Internal)
        {
            yield return (Internal, name);
            yield break;
        }

        BridgeOptions options = BridgeOptions.Of(network);
        foreach (AddressFamily family in (AddressFamily[])[AddressFamily.InterNetwork, AddressFamily.InterNetworkV6])
        {
            bool four = family == AddressFamily.InterNetwork;
            if (options.Masquerades(family))
            {
                yield return (four ? Masqueraded : Masqueraded6, name);
            }

            if (options.Mode(family) is (GatewayMode.Routed or GatewayMode.NatUnprotected) and var mode)
            {
                yield return ((mode, four) switch
                {
                    (GatewayMode.Routed, true) => Routed,
                    (GatewayMode.Routed, false) => Routed6,
                    (_, true) => Unprotected,
                    _ => Unprotected6,
                }, name);
            }
        }

        foreach (string trusted in options.TrustedInterfaces.Distinct())
        {
            yield return (Trusted, [.. Name(trusted), .. name]);
        }
    }

    private static byte[] Name(string link)
    {
        byte[] name = new byte[16];
        System.Text.Encoding.UTF8.GetBytes(link, name);
        return name;
    }

    /// <summary>The bridges route loopback addresses (see <see cref="AddSource"/>): what containers send with one is forged.</summary>
    private void AddRaw(NftablesBatch batch)
    {
        batch.AddChain(table, "raw", "filter", NetfilterHook.NF_INET_PRE_ROUTING, PriorityRaw);
        batch.AddRule(table, "raw", rule => rule.Destination(Loopback, 8).InputIn(Bridges).End(Verdict.NF_DROP));
        batch.AddRule(table, "raw", rule => rule.Source(Loopback, 8).InputIn(Bridges).End(Verdict.NF_DROP));
    }

    /// <summary>Published ports lead to their containers, for packets from elsewhere and for the host's own.</summary>
    private void AddDestination(NftablesBatch batch, string chain, NetfilterHook hook)
    {
        batch.AddChain(table, chain, "nat", hook, PriorityDestination);
        if (hook == NetfilterHook.NF_INET_PRE_ROUTING)
        {
            // From the wire nothing goes to 127.0.0.0/8. Translated, it would no longer be refused as the kernel does refuse it.
            batch.AddRule(table, chain, rule => rule.Destination(Loopback, 8).End(Verdict.NF_ACCEPT));
        }
        else
        {
            // The kernel routes nothing with ::1 over another link: the monitor listens there and passes on.
            batch.AddRule(table, chain, rule => rule.Family(IPv6).Payload(PayloadBase.NFT_PAYLOAD_NETWORK_HEADER, 24, 16, RuleWriter.FirstRegister)
                .Compare(Comparison.NFT_CMP_EQ, IPAddress.IPv6Loopback.GetAddressBytes()).End(Verdict.NF_ACCEPT));
        }

        AddLookup(batch, chain, IPv4, PortRule.OneAddress, PortRule.EveryAddress);
        AddLookup(batch, chain, IPv6, PortRule.OneAddress6, PortRule.EveryAddress6);
    }

    private void AddLookup(NftablesBatch batch, string chain, byte family, string oneAddress, string everyAddress)
    {
        (uint offset, uint length) = family == IPv4 ? (16u, 4u) : (24u, 16u);
        uint words = length / 4;
        batch.AddRule(table, chain, rule => rule
            .Family(family)
            .Payload(PayloadBase.NFT_PAYLOAD_NETWORK_HEADER, offset, length, RuleWriter.FirstRegister)
            .Meta(MetaKey.NFT_META_L4PROTO, RuleWriter.FirstRegister + words)
            .Payload(PayloadBase.NFT_PAYLOAD_TRANSPORT_HEADER, 2, 2, RuleWriter.FirstRegister + words + 1)
            .Lookup(oneAddress).TranslateDestination(family));
        batch.AddRule(table, chain, rule => rule
            .Family(family)
            .DestinationIsLocal()
            .Meta(MetaKey.NFT_META_L4PROTO, RuleWriter.FirstRegister)
            .Payload(PayloadBase.NFT_PAYLOAD_TRANSPORT_HEADER, 2, 2, RuleWriter.FirstRegister + 1)
            .Lookup(everyAddress).TranslateDestination(family));
    }

    /// <summary>
    /// Into a network come answers, published connections and its own; and nothing crosses the edge of an internal one. Beyond that,
    /// to the containers' own addresses, what gateway modes and trusted interfaces let in: by the ports that are published, or any.
    /// </summary>
    private void AddForward(NftablesBatch batch)
    {
        const string Chain = "forward";
        batch.AddChain(table, Chain, "filter", NetfilterHook.NF_INET_FORWARD, PriorityFilter);
        batch.AddRule(table, Chain, rule => rule.InputIn(Bridges).ClampSegments());
        batch.AddRule(table, Chain, rule => rule.OutputIn(Bridges).ClampSegments());
        batch.AddRule(table, Chain, rule => rule.OutputIn(Bridges).Connection(ConntrackKey.NFT_CT_STATE, ESTABLISHED_RELATED).End(Verdict.NF_ACCEPT));
        batch.AddRule(table, Chain, rule => rule.BothIn(Within).End(Verdict.NF_ACCEPT));
        batch.AddRule(table, Chain, rule => rule.InputIn(Internal).End(Verdict.NF_DROP));
        batch.AddRule(table, Chain, rule => rule.OutputIn(Internal).End(Verdict.NF_DROP));
        batch.AddRule(table, Chain, rule => rule.OutputIn(Bridges).Connection(ConntrackKey.NFT_CT_STATUS, IPS_DST_NAT).End(Verdict.NF_ACCEPT));
        foreach ((byte family, string routed, string open, byte echo) in (ReadOnlySpan<(byte, string, string, byte)>)[(IPv4, Routed, PortRule.Open, IcmpV4), (IPv6, Routed6, PortRule.Open6, IcmpV6)])
        {
            batch.AddRule(table, Chain, rule => rule.OutputIn(routed).Protocol(echo).End(Verdict.NF_ACCEPT));
            batch.AddRule(table, Chain, rule => rule.OutputIn(routed).DestinationServiceIn(family, open).End(Verdict.NF_ACCEPT));
            batch.AddRule(table, Chain, rule => rule.BothIn(Trusted).DestinationServiceIn(family, open).End(Verdict.NF_ACCEPT));
        }

        batch.AddRule(table, Chain, rule => rule.InputIn(Bridges).OutputIn(Bridges).End(Verdict.NF_DROP));
        batch.AddRule(table, Chain, rule => rule.OutputIn(Unprotected).Family(IPv4).End(Verdict.NF_ACCEPT));
        batch.AddRule(table, Chain, rule => rule.OutputIn(Unprotected6).Family(IPv6).End(Verdict.NF_ACCEPT));
        batch.AddRule(table, Chain, rule => rule.OutputIn(Bridges).End(Verdict.NF_DROP));
    }

    /// <summary>Packets leave with the host's address. The host's loopback and containers that reach each other by the host come from the gateway, or the answer would not find back.</summary>
    private void AddSource(NftablesBatch batch)
    {
        const string Chain = "postrouting";
        batch.AddChain(table, Chain, "nat", NetfilterHook.NF_INET_POST_ROUTING, PrioritySource);
        batch.AddRule(table, Chain, rule => rule.Source(Loopback, 8).OutputIn(Bridges).Masquerade());

        // By address: a bridged packet that passes the IP rules (br_netfilter) has lost the interface by which it came.
        batch.AddRule(table, Chain, rule => rule.SourceIn(IPv4, Subnets).OutputIn(Bridges).Connection(ConntrackKey.NFT_CT_STATUS, IPS_DST_NAT).Masquerade());
        batch.AddRule(table, Chain, rule => rule.SourceIn(IPv6, Subnets6).OutputIn(Bridges).Connection(ConntrackKey.NFT_CT_STATUS, IPS_DST_NAT).Masquerade());
        batch.AddRule(table, Chain, rule => rule.BothIn(Within).End(Verdict.NF_ACCEPT));
        batch.AddRule(table, Chain, rule => rule.InputIn(Masqueraded).Family(IPv4).Masquerade());
        batch.AddRule(table, Chain, rule => rule.InputIn(Masqueraded6).Family(IPv6).Masquerade());
    }
}
