using System.Net;
using Brig.Linux;
using Brig.Linux.Netlink;
using Brig.Linux.Nftables;
using Brig.State;
using Microsoft.Win32.SafeHandles;

namespace Brig.Networks;

/// <summary>
/// The networks of a state root in the network namespace of the calling thread. A network's bridge and rules come with its first
/// container and go with <see cref="RemoveIdle"/>. Everything is synchronous and starts no thread. The object belongs to the network
/// namespace in which it was used first.
/// </summary>
public sealed class HostNetworks : IDisposable
{
    private const int Patience = 5000;

    private readonly StateRoot _root;
    private readonly NetworkName _name;
    private readonly NetworkTable _networks;
    private readonly BridgeLink _bridges;
    private NetlinkSocket? _netfilter;

    public HostNetworks(StateRoot root, Database database, TimeProvider time)
    {
        _root = root;
        _name = NetworkName.Of(root);
        _networks = new NetworkTable(database);
        Leases = new LeaseTable(database);
        _bridges = new BridgeLink(_name.Group);
        Firewall = new FirewallTable(_name.Table);
        Definitions = new NetworkDefinitions(root, _name, _networks, Leases, database, time);
    }

    /// <summary>What networks there are.</summary>
    public NetworkDefinitions Definitions { get; }

    internal LeaseTable Leases { get; }

    internal FirewallTable Firewall { get; }

    internal uint Group => _name.Group;

    /// <summary>
    /// One socket for the object's life. The kernel makes the close of any such socket wait for what was deleted from
    /// tables of its namespace, some 17 ms: in a monitor, that is left to the end of the process, when nobody waits.
    /// </summary>
    internal NetlinkSocket Netfilter => _netfilter ??= NetlinkSocket.Open(NetlinkProtocol.NETLINK_NETFILTER);

    /// <summary>
    /// Takes back the published ports and addresses of a container that ended; one that is in no network is passed over.
    /// Pairs of interfaces go with the container's network namespace, by themselves. Call it before the sandbox is disposed.
    /// </summary>
    public void Release(string containerId)
    {
        List<OwnedPort> ports = Leases.Ports(containerId);
        if (ports.Count == 0 && Leases.Of(containerId).Count == 0)
        {
            return;
        }

        // An element that is not there makes the kernel take back the batch, which takes it some 17 ms: relayed ports have none.
        List<OwnedPort> ruled = ports.FindAll(port => port.IsRuled && port.Network.Length > 0);
        if (ruled.Count > 0)
        {
            Firewall.Withdraw(Netfilter, ruled.Select(PortKey.Of));
        }

        Leases.Remove(containerId);
    }

    /// <summary>As <see cref="Release"/> for one that may run still: removes its interfaces as well, which takes the kernel some 20 ms.</summary>
    public void Evict(string containerId)
    {
        List<EndpointRow> endpoints = Leases.Of(containerId);
        if (endpoints.Count > 0)
        {
            using NetlinkSocket route = NetlinkSocket.Open(NetlinkProtocol.NETLINK_ROUTE);
            foreach (EndpointRow endpoint in endpoints.Where(endpoint => endpoint.Interface.Length > 0))
            {
                BridgeLink.Remove(route, endpoint.Interface);
            }
        }

        Release(containerId);
    }

    /// <summary>Removes bridges and rules of networks that nobody is in. Cheap where there is nothing to do.</summary>
    public void RemoveIdle()
    {
        if (_networks.Idle().Count == 0)
        {
            return;
        }

        using SafeFileHandle mine = Lock();
        List<NetworkRow> ready = _networks.All().FindAll(row => row.Ready);
        List<NetworkRow> idle = ready.FindAll(row => _networks.TryRetire(row.Network.Id));
        if (idle.Count == 0)
        {
            return;
        }

        using NetlinkSocket route = NetlinkSocket.Open(NetlinkProtocol.NETLINK_ROUTE);
        if (idle.Count == ready.Count)
        {
            _bridges.RemoveAll(route);
            Firewall.Delete(Netfilter);
            return;
        }

        // Networks may lie over one VLAN.
        List<NetworkRow> used = _networks.All().FindAll(row => row.Ready);
        _bridges.Remove(route, [.. idle.Select(row => row.Network.Bridge).Except(used.Select(row => row.Network.Bridge))]);
        if (!used.Exists(row => row.Network.IsBridged))
        {
            Firewall.Delete(Netfilter);
        }
        else if (!idle.FindAll(row => row.Network.IsBridged).TrueForAll(row => Firewall.TryExpel(Netfilter, row.Network)))
        {
            ReplaceTable(used.ConvertAll(row => row.Network));
        }
    }

    /// <summary>Changes options of a network: the table follows at once, published ports with the next start of their containers. A null value takes an option away.</summary>
    public void Update(Network network, IReadOnlyDictionary<string, string?> options)
    {
        Definitions.Update(network, options);
        Reload();
    }

    /// <summary>
    /// Makes bridges, their ports and the table as the database says they are: after another program flushed the host's rules or
    /// removed a bridge. Connections that were translated go on.
    /// </summary>
    public void Reload()
    {
        using SafeFileHandle mine = Lock();
        using NetlinkSocket route = NetlinkSocket.Open(NetlinkProtocol.NETLINK_ROUTE);
        List<NetworkRow> ready = _networks.All().FindAll(row => row.Ready);
        if (ready.Count == 0)
        {
            return;
        }

        foreach (NetworkRow row in ready)
        {
            Restore(route, row);
        }

        if (ready.FindAll(row => row.Network.IsBridged) is { Count: > 0 } bridged)
        {
            Forwarding.Enable(bridged.Exists(row => row.Network.IPv6));
            ReplaceTable(bridged.ConvertAll(row => row.Network));
        }
    }

    /// <summary>What containers that do not run any more left behind, a line each: leases with their ports, published ports, interfaces and rules that nothing accounts for.</summary>
    public IReadOnlyList<string> Orphans(Func<string, bool> isRunning)
    {
        // The kernel takes a container's interfaces away some time after its last process: seconds on a busy machine.
        for (long end = Environment.TickCount64 + Patience; ; Thread.Sleep(100))
        {
            using SafeFileHandle mine = Lock();
            NetworkLeftovers leftovers = Survey(isRunning);
            if (leftovers.Interfaces.Count == 0 || Environment.TickCount64 > end)
            {
                return [.. leftovers.Describe()];
            }
        }
    }

    /// <summary>Takes back everything that <see cref="Orphans"/> names, and networks that nobody is left in.</summary>
    public void Repair(Func<string, bool> isRunning)
    {
        using (Lock())
        {
            NetworkLeftovers leftovers = Survey(isRunning);
            foreach (string owner in leftovers.Owners)
            {
                Evict(owner);
            }

            Firewall.Withdraw(Netfilter, leftovers.Ports);
            using NetlinkSocket route = NetlinkSocket.Open(NetlinkProtocol.NETLINK_ROUTE);
            _bridges.Remove(route, leftovers.Interfaces);
            if (leftovers.Table is not null)
            {
                Firewall.Delete(Netfilter);
            }
        }

        RemoveIdle();
    }

    /// <summary>How a container is reached by its own addresses, as gateway modes and trusted interfaces of its networks have it.</summary>
    public IReadOnlyList<DirectWay> DirectWays(string containerId)
    {
        List<DirectWay> ways = [];
        foreach (EndpointRow endpoint in Leases.Of(containerId))
        {
            if (_networks.ById(endpoint.Network)?.Network is { Driver: NetworkDriver.Bridge, Internal: false } network)
            {
                BridgeOptions options = BridgeOptions.Of(network);
                ways.AddRange(((IPAddress?[])[endpoint.Address, endpoint.Address6]).OfType<IPAddress>()
                    .Where(address => options.Mode(address.AddressFamily) == GatewayMode.NatUnprotected).Select(address => new DirectWay(address, 0, default, "")));
                ways.AddRange(Leases.Ports(containerId).Where(port => port.IsDirect && port.Network == network.Id)
                    .Select(port => new DirectWay(port.Port.HostAddress, port.Port.ContainerPort, port.Port.Protocol, port.Way == PortWay.Trusted ? string.Join(',', options.TrustedInterfaces) : "")));
            }
        }

        return ways;
    }

    /// <summary>Chains of others, as <c>family table chain</c>, that drop forwarded packets which they do not know: while there are any, containers may reach the host and nothing beyond, and only the host reaches published ports.</summary>
    public IReadOnlyList<string> ForwardingObstacles() => Netfilter.DroppingForwardChains();

    public void Dispose() => _netfilter?.Dispose();

    /// <summary>Takes an address in a network, the host's link that it needs made where it is missing.</summary>
    internal (EndpointRow Row, Network Network, uint Mtu, List<OwnedPort> Stale) Take(
        NetlinkSocket route, NetworkRow row, string owner, EndpointRequest request, string inside, IReadOnlyList<string> names, IReadOnlyList<OwnedPort> ports)
    {
        bool linked = row.Network.Bridge.Length > 0;
        if ((!linked || (row.Ready && route.InterfaceIndex(row.Network.Bridge) != 0 && (!row.Network.IsBridged || Firewall.Exists(Netfilter))))
            && Leases.TryTake(row.Network, owner, request, inside, names, ports, out List<OwnedPort> stale) is { } lease)
        {
            return (lease, row.Network, row.Mtu, stale);
        }

        if (!linked)
        {
            throw BrigException.NotFound($"network {row.Network.Name} not found");
        }

        using SafeFileHandle mine = Lock();
        row = Ensure(route, row);
        lease = Leases.TryTake(row.Network, owner, request, inside, names, ports, out stale) ?? throw BrigException.NotFound($"network {row.Network.Name} not found");
        return (lease, row.Network, row.Mtu, stale);
    }

    /// <summary>The caller has the lock: no bridge is in the making.</summary>
    private NetworkLeftovers Survey(Func<string, bool> isRunning)
    {
        // First the kernel, then the rows: a row is written before its object is made, so an object seen here has one unless it is left over.
        using NetlinkSocket route = NetlinkSocket.Open(NetlinkProtocol.NETLINK_ROUTE);
        List<PortKey> keys = Firewall.Keys(Netfilter);
        List<string> interfaces = _bridges.Interfaces(route);
        bool table = Firewall.Exists(Netfilter);
        List<EndpointRow> endpoints = Leases.All();
        List<OwnedPort> ports = Leases.Ports();
        List<NetworkRow> ready = _networks.All().FindAll(row => row.Ready);
        HashSet<string> known = [.. ports.Select(port => PortKey.Of(port).Text)];
        HashSet<string> links = [.. endpoints.Select(endpoint => endpoint.Interface), .. ready.Select(row => row.Network.Bridge)];
        return new NetworkLeftovers(
            endpoints.FindAll(endpoint => !isRunning(endpoint.Owner)),
            [.. ports.Where(port => !isRunning(port.Owner)).Select(port => port.Owner).Distinct()],
            keys.FindAll(key => !known.Contains(key.Text)),
            interfaces.FindAll(link => !links.Contains(link)),
            table && !ready.Exists(row => row.Network.IsBridged) ? _name.Table : null);
    }

    /// <summary>Makes what is missing of a network's bridge and of the table. The caller has the lock.</summary>
    private NetworkRow Ensure(NetlinkSocket route, NetworkRow known)
    {
        NetworkRow row = _networks.ById(known.Network.Id) ?? throw BrigException.NotFound($"network {known.Network.Name} not found");
        bool present = route.InterfaceIndex(row.Network.Bridge) != 0;
        if (present && !row.Ready && row.Network.IsDefault && Leases.In(row.Network.Id).Count == 0)
        {
            // Half made or half removed, or its database was lost and with that what was known of its containers.
            BridgeLink.Remove(route, row.Network.Bridge);
            present = false;
        }

        if (!present || !row.Ready)
        {
            row = MakeBridge(route, row, present);
        }

        if (row.Network.IsBridged)
        {
            Forwarding.Enable(row.Network.IPv6);
            if (!Firewall.Exists(Netfilter) || (!row.Ready && !Firewall.TryAdmit(Netfilter, row.Network)))
            {
                ReplaceTable([.. _networks.All().Where(other => other.Ready && other.Network.Id != row.Network.Id).Select(other => other.Network), row.Network]);
            }
        }

        _networks.MarkReady(row.Network.Id);
        return row with { Ready = true };
    }

    private NetworkRow MakeBridge(NetlinkSocket route, NetworkRow row, bool present)
    {
        if (!row.Network.IsBridged)
        {
            _networks.Update(row.Network, 0);
            Restore(route, row);
            return row with { Ready = false };
        }

        // Between looking for a free subnet and taking it no other root of this machine may do the same.
        using SafeFileHandle everyone = Definitions.LockMachine();
        if (!present || row.Mtu == 0)
        {
            HostRoutes host = HostRoutes.Read(route);
            Network network = row.Network;
            if (!present && network.IsDefault && !network.Pools.All(pool => host.IsFree(pool.Network)))
            {
                network = network with { Pools = [new AddressPool { Subnet = Definitions.ChooseDefault(host).ToString() }] };
            }

            row = new NetworkRow(network, BridgeOptions.Of(network).Mtu ?? (network.IPv6 ? Math.Max(host.Mtu, BridgeOptions.LeastMtu6) : host.Mtu), Ready: false);
            _networks.Update(row.Network, row.Mtu);
        }

        Restore(route, row);
        return row with { Ready = false };
    }

    /// <summary>The host's link of a network: its VLAN, or its bridge with those that were its ports before it was lost.</summary>
    private void Restore(NetlinkSocket route, NetworkRow row)
    {
        if (!row.Network.IsBridged)
        {
            _bridges.MakeVlan(route, row.Network);
            return;
        }

        bool lost = route.InterfaceIndex(row.Network.Bridge) == 0;
        _bridges.Make(route, row.Network, row.Mtu);
        if (lost)
        {
            int bridge = route.InterfaceIndex(row.Network.Bridge);
            foreach (EndpointRow endpoint in Leases.In(row.Network.Id))
            {
                BridgeLink.Enslave(route, endpoint.Interface, bridge);
            }
        }
    }

    private void ReplaceTable(IReadOnlyList<Network> networks)
    {
        ILookup<string, EndpointRow> endpoints = Leases.All().ToLookup(endpoint => endpoint.Owner);
        Firewall.Replace(Netfilter, networks.Where(network => network.IsBridged), Leases.Ports()
            .Select(port => PortRule.Of(port, endpoints[port.Owner].FirstOrDefault(endpoint => endpoint.Network == port.Network))).OfType<PortRule>());
    }

    private SafeFileHandle Lock() => NetworkDefinitions.LockFile(Path.Combine(_root.RunRoot, "networks.lock"));
}
