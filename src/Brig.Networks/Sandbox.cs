using System.Net;
using System.Net.Sockets;
using Brig.Linux;
using Brig.Linux.Netlink;

namespace Brig.Networks;

/// <summary>
/// A running container's network namespace: its endpoints and the host's ports that lead to it. It holds the ports: keep it until
/// <see cref="HostNetworks.Release"/> was called, then dispose it, which closes their sockets and does nothing else.
/// </summary>
public sealed class Sandbox(HostNetworks networks, string owner, int pid) : IDisposable
{
    private readonly List<Endpoint> _endpoints = [];
    private HostPorts? _held;
    private IReadOnlyList<PortMapping> _wanted = [];
    private string _publisher = "";

    public IReadOnlyList<Endpoint> Endpoints => _endpoints;

    /// <summary>The ports that are published; of those that are reached at the container's own address the host's port is 0.</summary>
    public IReadOnlyList<PublishedPort> Ports => [.. Held.Where(held => held.Way != PortWay.Trusted).Select(held => held.Port)];

    public IReadOnlyList<HeldPort> Held => _held?.Held ?? [];

    /// <summary>The endpoint that published ports lead to; null where there is none.</summary>
    public Endpoint? Publisher => _endpoints.Find(endpoint => endpoint.Network.Id == _publisher);

    /// <summary>
    /// Brings up the loopback, gives the namespace an interface in each network, default routes, and publishes ports. All of it or
    /// nothing. What an earlier run of the same container left is taken back first. Throws Conflict for a port that is in use, saying by whom.
    /// </summary>
    /// <param name="names">Names of the container beside its own and its aliases: its hostname.</param>
    public void Join(IReadOnlyList<EndpointRequest> requests, IReadOnlyList<string> names, IReadOnlyList<PortMapping> ports)
    {
        using NetworkNamespace home = NetworkNamespace.OfThread();
        using NetworkNamespace target = OpenTarget(home);
        networks.Evict(owner);
        List<(EndpointRequest Request, NetworkRow Row)> places = requests.Select(request => (request, Resolve(request))).ToList();
        using NetlinkSocket route = NetlinkSocket.Open(NetlinkProtocol.NETLINK_ROUTE);
        using NetlinkSocket inner = target.Open(NetlinkProtocol.NETLINK_ROUTE, home);
        NetlinkWriter loopback = new(64);
        loopback.SetUp("lo");
        inner.Request(loopback, "bring up lo");
        try
        {
            (EndpointRequest Request, NetworkRow Row) publisher = Order(places).FirstOrDefault(place => CanPublish(place.Row.Network));
            _wanted = ports;
            Bind(publisher.Row?.Network);
            NetworkRow? way4 = Order(places).FirstOrDefault(place => HasRoute(place.Row.Network, AddressFamily.InterNetwork)).Row;
            NetworkRow? way6 = Order(places).FirstOrDefault(place => HasRoute(place.Row.Network, AddressFamily.InterNetworkV6)).Row;
            foreach ((EndpointRequest request, NetworkRow row) in places)
            {
                Add(route, inner, target, home, request, row, names, row == way4, row == way6);
            }
        }
        catch (Exception error)
        {
            Undo(error);
            throw;
        }
    }

    /// <summary>Gives the running container an interface in one more network.</summary>
    public void Connect(EndpointRequest request, IReadOnlyList<string> names)
    {
        using NetworkNamespace home = NetworkNamespace.OfThread();
        using NetworkNamespace target = OpenTarget(home);
        NetworkRow row = Resolve(request);
        if (_endpoints.Exists(endpoint => endpoint.Network.Id == row.Network.Id))
        {
            throw new BrigException(ErrorKind.PermissionDenied, $"endpoint with name {networks.Leases.ContainerName(owner)} already exists in network {row.Network.Name}");
        }

        using NetlinkSocket route = NetlinkSocket.Open(NetlinkProtocol.NETLINK_ROUTE);
        using NetlinkSocket inner = target.Open(NetlinkProtocol.NETLINK_ROUTE, home);
        bool binds = _publisher.Length == 0 && CanPublish(row.Network);
        if (binds)
        {
            Bind(row.Network);
        }

        try
        {
            Add(route, inner, target, home, request, row, names, false, false);
        }
        catch
        {
            Forget(route, row.Network.Id);
            if (binds)
            {
                networks.Leases.Replace(owner, []);
                _held?.Dispose();
                (_held, _publisher) = (null, "");
            }

            throw;
        }

        SetRoutes(inner);
    }

    /// <summary>Takes the running container out of a network. Ports that led there lead to another network of its, if it has one.</summary>
    public void Disconnect(Network network)
    {
        if (!_endpoints.Exists(endpoint => endpoint.Network.Id == network.Id))
        {
            throw new BrigException(ErrorKind.PermissionDenied, $"container {LeaseTable.Short(owner)} is not connected to network {network.Name}");
        }

        using NetworkNamespace home = NetworkNamespace.OfThread();
        using NetworkNamespace target = OpenTarget(home);
        using NetlinkSocket route = NetlinkSocket.Open(NetlinkProtocol.NETLINK_ROUTE);
        using NetlinkSocket inner = target.Open(NetlinkProtocol.NETLINK_ROUTE, home);
        Endpoint endpoint = _endpoints.Find(endpoint => endpoint.Network.Id == network.Id)!;
        if (endpoint.Row.Interface.Length == 0)
        {
            BridgeLink.Remove(inner, endpoint.Interface);
        }

        bool published = _publisher == network.Id;
        if (published)
        {
            networks.Firewall.Withdraw(networks.Netfilter, networks.Leases.Ports(owner).Where(port => port.IsRuled).Select(PortKey.Of));
        }

        Forget(route, network.Id);
        if (published)
        {
            Republish(route);
        }

        SetRoutes(inner);
    }

    public void Dispose() => _held?.Dispose();

    /// <summary>Those that come first give default routes and take published ports: the greatest priority, then the least name.</summary>
    private static IEnumerable<(EndpointRequest Request, NetworkRow Row)> Order(IEnumerable<(EndpointRequest Request, NetworkRow Row)> places) =>
        places.OrderByDescending(place => place.Request.GatewayPriority).ThenBy(place => place.Row.Network.Name, StringComparer.Ordinal);

    private static bool CanPublish(Network network) => network is { Driver: NetworkDriver.Bridge, Internal: false };

    private static bool HasRoute(Network network, AddressFamily family) => !network.Internal && network.PoolOf(family) is not null && (family == AddressFamily.InterNetwork ? network.IPv4 : network.IPv6);

    private NetworkNamespace OpenTarget(NetworkNamespace home)
    {
        NetworkNamespace target = NetworkNamespace.OfProcess(pid);
        if (home.Is(target))
        {
            target.Dispose();
            throw new BrigException(ErrorKind.Internal, $"attach {LeaseTable.Short(owner)}: process {pid} has no network namespace of its own");
        }

        return target;
    }

    private NetworkRow Resolve(EndpointRequest request)
    {
        NetworkRow row = networks.Definitions.Row(request.Network);
        EndpointCheck.Run(request, row.Network);
        return row;
    }

    private void Bind(Network? publisher)
    {
        _publisher = publisher?.Id ?? "";
        if (publisher is null || _wanted.Count == 0)
        {
            return;
        }

        _held = HostPorts.Bind(_wanted, PortPolicy.Of(publisher), networks.Leases);
    }

    private void Add(
        NetlinkSocket route, NetlinkSocket inner, NetworkNamespace target, NetworkNamespace home,
        EndpointRequest request, NetworkRow row, IReadOnlyList<string> names, bool route4, bool route6)
    {
        bool publishes = row.Network.Id == _publisher;
        List<OwnedPort> ports = publishes ? Owned(row.Network.Id) : [];
        (EndpointRow lease, Network network, uint mtu, List<OwnedPort> stale) = networks.Take(route, row, owner, request, FreeName(inner, request, row.Network), Names(request, row.Network, names), ports);
        _endpoints.Add(new Endpoint(network, lease, request));
        ContainerLink.Make(route, inner, target, networks.Group, new LinkPlan(network, lease, mtu)
        {
            Route4 = route4,
            Route6 = route6,
            Hairpin = ports.Count > 0,
            LinkLocal = [.. request.LinkLocalAddresses.Select(IPAddress.Parse)],
        });
        EndpointSysctls.Apply(request, lease.Inside, target, home);
        if (ports.Count > 0)
        {
            networks.Firewall.Withdraw(networks.Netfilter, stale.Where(port => port.IsRuled).Select(PortKey.Of));
            networks.Firewall.Publish(networks.Netfilter, Rules(ports, lease));
        }
    }

    private static List<PortRule> Rules(IReadOnlyList<OwnedPort> ports, EndpointRow target) => [.. ports.Select(port => port.At(target)).OfType<OwnedPort>().Select(port => PortRule.Of(port, target)).OfType<PortRule>()];

    private List<OwnedPort> Owned(string network) => [.. Held.Select(held => new OwnedPort(owner, network, held.Port, held.Way))];

    private static List<string> Names(EndpointRequest request, Network network, IReadOnlyList<string> names) =>
        network.HasNames ? [.. request.Aliases.Concat(names).Select(name => name.ToLowerInvariant()).Distinct()] : [];

    private string FreeName(NetlinkSocket inner, EndpointRequest request, Network network)
    {
        if (request.DriverOptions.TryGetValue(EndpointCheck.InterfaceName, out string? wanted))
        {
            return wanted;
        }

        string prefix = network.Driver == NetworkDriver.Bridge ? BridgeOptions.Of(network).InterfacePrefix : "eth";
        for (int number = 0; ; number++)
        {
            if (inner.InterfaceIndex($"{prefix}{number}") == 0)
            {
                return $"{prefix}{number}";
            }
        }
    }

    /// <summary>Makes the default routes lead through the endpoints that come first.</summary>
    private void SetRoutes(NetlinkSocket inner)
    {
        List<Endpoint> ordered = [.. _endpoints.OrderByDescending(endpoint => endpoint.Request.GatewayPriority).ThenBy(endpoint => endpoint.Network.Name, StringComparer.Ordinal)];
        foreach (AddressFamily family in (ReadOnlySpan<AddressFamily>)[AddressFamily.InterNetwork, AddressFamily.InterNetworkV6])
        {
            bool four = family == AddressFamily.InterNetwork;
            if (ordered.Find(endpoint => HasRoute(endpoint.Network, family)) is { } way)
            {
                NetlinkWriter message = new();
                ContainerLink.Routes(message, inner.InterfaceIndex(way.Interface), new LinkPlan(way.Network, way.Row, 0) { Route4 = four, Route6 = !four });
                inner.Request(message, "set default route");
            }
        }
    }

    private void Republish(NetlinkSocket route)
    {
        Endpoint? next = _endpoints.Where(endpoint => CanPublish(endpoint.Network))
            .OrderByDescending(endpoint => endpoint.Request.GatewayPriority).ThenBy(endpoint => endpoint.Network.Name, StringComparer.Ordinal).FirstOrDefault();
        _held?.Dispose();
        _held = null;
        Bind(next?.Network);
        networks.Leases.Replace(owner, next is null ? [] : [.. Owned(_publisher).Select(port => port.At(next.Row)).OfType<OwnedPort>()]);
        if (next is not null)
        {
            NetlinkWriter hairpin = new();
            hairpin.AllowHairpin(next.Row.Interface);
            route.Request(hairpin, "let the container reach itself by the host");
            networks.Firewall.Publish(networks.Netfilter, Rules(Owned(_publisher), next.Row));
        }
    }

    private void Forget(NetlinkSocket route, string network)
    {
        if (_endpoints.Find(endpoint => endpoint.Network.Id == network) is { } endpoint)
        {
            if (endpoint.Row.Interface.Length > 0)
            {
                BridgeLink.Remove(route, endpoint.Row.Interface);
            }

            networks.Leases.Remove(owner, network);
            _endpoints.Remove(endpoint);
        }
    }

    // The rows go last: what cannot be undone now stays on record for Repair.
    private void Undo(Exception error)
    {
        try
        {
            networks.Evict(owner);
        }
        catch (Exception second) when (second is LinuxException or BrigException)
        {
            throw new BrigException(ErrorKind.Internal, $"{error.Message}; and to undo it: {second.Message}", error);
        }
        finally
        {
            _endpoints.Clear();
            _held?.Dispose();
            _held = null;
        }
    }
}
