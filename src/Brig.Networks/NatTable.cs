using System.Buffers.Binary;
using System.Net;
using Brig.Linux;
using Brig.Linux.Netlink;
using Brig.Linux.Nftables;

namespace Brig.Networks;

/// <summary>
/// The network's own nftables table: fixed chains, and two maps with an element for each published port, so that
/// a container comes and goes by its elements alone.
/// </summary>
internal sealed class NatTable(NetworkName name)
{
    private const string EveryAddress = "published", OneAddress = "published_on";
    private const uint Loopback = 0x7F000000, IPS_DST_NAT = 0x20, ESTABLISHED_RELATED = 2 | 4;
    private const int PriorityRaw = -300, PriorityDestination = -100, PriorityFilter = 0, PrioritySource = 100;

    internal bool Exists(NetlinkSocket socket) => socket.HasTable(name.Table);

    /// <summary>Makes the table anew, with the elements of those ports; what was there under its name goes in the same instant.</summary>
    internal void Replace(NetlinkSocket socket, Subnet subnet, IReadOnlyList<OwnedPort> ports, Func<string, IPAddress?> addressOf)
    {
        NftablesBatch batch = new(8192);
        batch.AddTable(name.Table);
        batch.DeleteTable(name.Table);
        batch.AddTable(name.Table);
        batch.AddMap(name.Table, EveryAddress, [MapType.InternetProtocol, MapType.InternetService], [MapType.Ipv4Address, MapType.InternetService]);
        batch.AddMap(name.Table, OneAddress, [MapType.Ipv4Address, MapType.InternetProtocol, MapType.InternetService], [MapType.Ipv4Address, MapType.InternetService]);
        AddRaw(batch);
        AddDestination(batch, "prerouting", NetfilterHook.NF_INET_PRE_ROUTING);
        AddDestination(batch, "output", NetfilterHook.NF_INET_LOCAL_OUT);
        AddForward(batch);
        AddSource(batch, subnet);
        foreach (OwnedPort port in ports)
        {
            if (addressOf(port.Owner) is { } address)
            {
                AddElement(batch, port.Owner, address, port.Port);
            }
        }

        batch.Commit(socket, "nftables");
    }

    internal void Delete(NetlinkSocket socket)
    {
        NftablesBatch batch = new(256);
        batch.DeleteTable(name.Table);
        if (batch.TryCommit(socket, out string? words) is { } errno and not (Errno.None or Errno.ENOENT))
        {
            throw new LinuxException("nftables", words ?? $"delete table {name.Table}", errno);
        }
    }

    /// <summary>Adds the elements of a container's ports, all or none. Elements that others left under the same keys must have been removed.</summary>
    internal void Publish(NetlinkSocket socket, string owner, IPAddress container, IReadOnlyList<PublishedPort> ports)
    {
        if (ports.Count == 0)
        {
            return;
        }

        NftablesBatch batch = new();
        foreach (PublishedPort port in ports)
        {
            AddElement(batch, owner, container, port);
        }

        batch.Commit(socket, "nftables");
    }

    /// <summary>Removes the elements of these ports; those that are gone already are passed over.</summary>
    internal void Withdraw(NetlinkSocket socket, IEnumerable<PublishedPort> ports) => Delete(socket, [.. ports.Select(port => (Map(port), Key(port)))]);

    /// <summary>Removes elements that no published port accounts for.</summary>
    internal void WithdrawKeys(NetlinkSocket socket, IEnumerable<byte[]> keys) => Delete(socket, [.. keys.Select(key => (key.Length == 8 ? EveryAddress : OneAddress, key))]);

    /// <summary>The keys of both maps; see <see cref="Key"/>.</summary>
    internal List<byte[]> Keys(NetlinkSocket socket) => [.. socket.Keys(name.Table, EveryAddress), .. socket.Keys(name.Table, OneAddress)];

    /// <summary>[address,] protocol, port: four bytes each.</summary>
    internal static byte[] Key(PublishedPort port)
    {
        bool every = port.HostAddress.Equals(IPAddress.Any);
        byte[] key = new byte[every ? 8 : 12];
        Span<byte> rest = key;
        if (!every)
        {
            port.HostAddress.TryWriteBytes(key, out _);
            rest = rest[4..];
        }

        rest[0] = (byte)port.Protocol;
        BinaryPrimitives.WriteUInt16BigEndian(rest[4..], (ushort)port.HostPort);
        return key;
    }

    /// <summary>E.g. <c>127.0.0.1:80/tcp</c>.</summary>
    internal static string Describe(byte[] key)
    {
        ReadOnlySpan<byte> rest = key.AsSpan(key.Length - 8);
        IPAddress address = key.Length == 12 ? new IPAddress(key.AsSpan(0, 4)) : IPAddress.Any;
        return $"{address}:{BinaryPrimitives.ReadUInt16BigEndian(rest[4..])}/{PortMappingText.Name((TransportProtocol)rest[0])}";
    }

    private void AddElement(NftablesBatch batch, string owner, IPAddress container, PublishedPort port)
    {
        byte[] value = new byte[8];
        container.TryWriteBytes(value, out _);
        BinaryPrimitives.WriteUInt16BigEndian(value.AsSpan(4), (ushort)port.ContainerPort);
        batch.AddElement(name.Table, Map(port), new MapElement(Key(port), value, LeaseTable.Short(owner)));
    }

    private void Delete(NetlinkSocket socket, IReadOnlyList<(string Map, byte[] Key)> elements)
    {
        if (elements.Count == 0)
        {
            return;
        }

        NftablesBatch batch = new();
        foreach ((string map, byte[] key) in elements)
        {
            batch.DeleteElement(name.Table, map, key);
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
                throw new LinuxException("nftables", words ?? $"delete from table {name.Table}", errno);
        }
    }

    private static string Map(PublishedPort port) => port.HostAddress.Equals(IPAddress.Any) ? EveryAddress : OneAddress;

    /// <summary>The bridge routes loopback addresses (see <see cref="AddSource"/>): what containers send with one is forged.</summary>
    private void AddRaw(NftablesBatch batch)
    {
        batch.AddChain(name.Table, "raw", "filter", NetfilterHook.NF_INET_PRE_ROUTING, PriorityRaw);
        batch.AddRule(name.Table, "raw", rule => rule.Input(Comparison.NFT_CMP_EQ, name.Bridge).Destination(Comparison.NFT_CMP_EQ, Loopback, 8).End(Verdict.NF_DROP));
        batch.AddRule(name.Table, "raw", rule => rule.Input(Comparison.NFT_CMP_EQ, name.Bridge).Source(Comparison.NFT_CMP_EQ, Loopback, 8).End(Verdict.NF_DROP));
    }

    /// <summary>Published ports lead to their containers, for packets from elsewhere and for the host's own.</summary>
    private void AddDestination(NftablesBatch batch, string chain, NetfilterHook hook)
    {
        batch.AddChain(name.Table, chain, "nat", hook, PriorityDestination);
        if (hook == NetfilterHook.NF_INET_PRE_ROUTING)
        {
            // From the wire nothing goes to 127.0.0.0/8. Translated, it would no longer be refused as the kernel does refuse it.
            batch.AddRule(name.Table, chain, rule => rule.Destination(Comparison.NFT_CMP_EQ, Loopback, 8).End(Verdict.NF_ACCEPT));
        }

        batch.AddRule(name.Table, chain, rule => rule
            .Payload(PayloadBase.NFT_PAYLOAD_NETWORK_HEADER, 16, 4, RuleWriter.FirstRegister)
            .Meta(MetaKey.NFT_META_L4PROTO, RuleWriter.FirstRegister + 1)
            .Payload(PayloadBase.NFT_PAYLOAD_TRANSPORT_HEADER, 2, 2, RuleWriter.FirstRegister + 2)
            .Lookup(OneAddress).TranslateDestination());
        batch.AddRule(name.Table, chain, rule => rule
            .DestinationIsLocal()
            .Meta(MetaKey.NFT_META_L4PROTO, RuleWriter.FirstRegister)
            .Payload(PayloadBase.NFT_PAYLOAD_TRANSPORT_HEADER, 2, 2, RuleWriter.FirstRegister + 1)
            .Lookup(EveryAddress).TranslateDestination());
    }

    /// <summary>Into the network come answers, published connections and its own; nothing else.</summary>
    private void AddForward(NftablesBatch batch)
    {
        batch.AddChain(name.Table, "forward", "filter", NetfilterHook.NF_INET_FORWARD, PriorityFilter);
        batch.AddRule(name.Table, "forward", rule => rule.Output(Comparison.NFT_CMP_EQ, name.Bridge).Connection(ConntrackKey.NFT_CT_STATE, ESTABLISHED_RELATED).End(Verdict.NF_ACCEPT));
        batch.AddRule(name.Table, "forward", rule => rule.Output(Comparison.NFT_CMP_EQ, name.Bridge).Connection(ConntrackKey.NFT_CT_STATUS, IPS_DST_NAT).End(Verdict.NF_ACCEPT));
        batch.AddRule(name.Table, "forward", rule => rule.Output(Comparison.NFT_CMP_EQ, name.Bridge).Input(Comparison.NFT_CMP_NEQ, name.Bridge).End(Verdict.NF_DROP));
    }

    /// <summary>Packets leave with the host's address. The host's loopback and containers that reach each other by the host come from the gateway, or the answer would not find back.</summary>
    private void AddSource(NftablesBatch batch, Subnet subnet)
    {
        batch.AddChain(name.Table, "postrouting", "nat", NetfilterHook.NF_INET_POST_ROUTING, PrioritySource);
        batch.AddRule(name.Table, "postrouting", rule => rule.Source(Comparison.NFT_CMP_EQ, subnet.Network, subnet.PrefixLength).Output(Comparison.NFT_CMP_NEQ, name.Bridge).Masquerade());
        batch.AddRule(name.Table, "postrouting", rule => rule.Source(Comparison.NFT_CMP_EQ, Loopback, 8).Output(Comparison.NFT_CMP_EQ, name.Bridge).Masquerade());
        batch.AddRule(name.Table, "postrouting", rule => rule.Source(Comparison.NFT_CMP_EQ, subnet.Network, subnet.PrefixLength).Output(Comparison.NFT_CMP_EQ, name.Bridge).Connection(ConntrackKey.NFT_CT_STATUS, IPS_DST_NAT).Masquerade());
    }
}
