using System.Net;
using System.Net.Sockets;
using Brig.Linux.Netlink;
using Brig.State;

namespace Brig.Networks;

/// <summary>Who has which address, name and port, as rows of the database.</summary>
internal sealed class LeaseTable(Database database)
{
    private const string EndpointColumns = "SELECT owner, network, interface, inside, hardware, address, address6 FROM endpoints";
    private const string PortColumns = "SELECT owner, network, host_address, host_port, container_port, protocol, relayed FROM published_ports";
    private const string Claiming = "relayed < 2 AND protocol = $protocol AND host_port = $port AND (host_address IN ($address, $every) OR ($address = $every AND (host_address LIKE '%:%') = ($every = '::')))";

    internal List<EndpointRow> All() => database.Query(EndpointColumns, ReadEndpoint);

    internal List<EndpointRow> Of(string owner) => database.Query($"{EndpointColumns} WHERE owner = $owner", ReadEndpoint, ("$owner", owner));

    internal List<EndpointRow> In(string network) => database.Query($"{EndpointColumns} WHERE network = $network", ReadEndpoint, ("$network", network));

    internal List<OwnedPort> Ports() => database.Query(PortColumns, ReadPort);

    internal List<OwnedPort> Ports(string owner) => database.Query($"{PortColumns} WHERE owner = $owner", ReadPort, ("$owner", owner));

    /// <summary>Rows that claim the same port on the same address, or one of them on every address of the family.</summary>
    internal List<OwnedPort> Claims(PublishedPort port) => database.Query($"{PortColumns} WHERE {Claiming}", ReadPort,
        ("$protocol", (int)port.Protocol), ("$port", port.HostPort), ("$address", port.HostAddress.ToString()), ("$every", Every(port)));

    /// <summary>
    /// Takes addresses and writes down names and ports, in one transaction. Null unless the network is still there and, where it has a
    /// bridge, ready. Ports are those the caller has bound: rows that still claim them belong to owners that are gone, and come back
    /// in <paramref name="stale"/>.
    /// </summary>
    internal EndpointRow? TryTake(Network network, string owner, EndpointRequest request, string inside, IReadOnlyList<string> names, IReadOnlyList<OwnedPort> ports, out List<OwnedPort> stale)
    {
        List<OwnedPort> gone = [];
        stale = gone;
        return database.Transaction(() =>
        {
            List<(string? Last, string? Last6, bool Ready)> rows = database.Query("SELECT last, last6, ready FROM networks WHERE id = $network",
                row => (row.IsNull(0) ? null : row.GetString(0), row.IsNull(1) ? null : row.GetString(1), row.GetInt64(2) != 0), ("$network", network.Id));
            if (rows is not [var (last, last6, ready)] || (network.Bridge.Length > 0 && !ready))
            {
                return null;
            }

            AddressChoice choice = new(database, network);
            IPAddress? address = network.IPv4 ? choice.Take(AddressFamily.InterNetwork, request.IPv4Address, last) : null;
            IPAddress? address6 = network.IPv6 ? choice.Take(AddressFamily.InterNetworkV6, request.IPv6Address, last6) : null;
            // An ipvlan has its parent's.
            string hardware = network is { Driver: NetworkDriver.Ipvlan, IsBridged: false } ? "" : request.MacAddress ?? HardwareAddress.Describe(HardwareAddress.Random());
            EndpointRow row = new(owner, network.Id, network.IsBridged ? NewInterface() : "", inside, hardware, address, address6);
            database.Execute("UPDATE networks SET last = $last, last6 = $last6 WHERE id = $network",
                ("$last", request.IPv4Address is null ? address?.ToString() : last), ("$last6", request.IPv6Address is null ? address6?.ToString() : last6), ("$network", network.Id));
            database.Execute("INSERT INTO endpoints (owner, network, interface, inside, hardware, address, address6) VALUES ($owner, $network, $interface, $inside, $hardware, $address, $address6)",
                ("$owner", owner), ("$network", network.Id), ("$interface", row.Interface), ("$inside", inside), ("$hardware", hardware), ("$address", address?.ToString()), ("$address6", address6?.ToString()));
            foreach (string name in names)
            {
                database.Execute("INSERT OR IGNORE INTO endpoint_names (network, name, owner) VALUES ($network, $name, $owner)", ("$network", network.Id), ("$name", name), ("$owner", owner));
            }

            foreach (OwnedPort port in ports.Select(port => port.At(row)).OfType<OwnedPort>())
            {
                gone.AddRange(port.IsDirect ? [] : Claims(port.Port));
                Insert(port);
            }

            return row;
        });
    }

    /// <summary>Writes down other ports for an owner.</summary>
    internal void Replace(string owner, IReadOnlyList<OwnedPort> ports) => database.Transaction(() =>
    {
        database.Execute("DELETE FROM published_ports WHERE owner = $owner", ("$owner", owner));
        foreach (OwnedPort port in ports)
        {
            Insert(port);
        }
    });

    /// <summary>Removes the rows of an endpoint. Its owner's ports of the host stay, leading nowhere.</summary>
    internal void Remove(string owner, string network) => database.Transaction(() =>
    {
        database.Execute("DELETE FROM published_ports WHERE owner = $owner AND network = $network AND relayed >= 2", ("$owner", owner), ("$network", network));
        database.Execute("UPDATE published_ports SET network = '' WHERE owner = $owner AND network = $network", ("$owner", owner), ("$network", network));
        database.Execute("DELETE FROM endpoint_names WHERE owner = $owner AND network = $network", ("$owner", owner), ("$network", network));
        database.Execute("DELETE FROM endpoints WHERE owner = $owner AND network = $network", ("$owner", owner), ("$network", network));
    });

    /// <summary>Removes all rows of an owner.</summary>
    internal void Remove(string owner) => database.Transaction(() =>
    {
        database.Execute("DELETE FROM published_ports WHERE owner = $owner", ("$owner", owner));
        database.Execute("DELETE FROM endpoint_names WHERE owner = $owner", ("$owner", owner));
        database.Execute("DELETE FROM endpoints WHERE owner = $owner", ("$owner", owner));
    });

    /// <summary>The name of a container, for messages; the short ID of one that has no row.</summary>
    internal string ContainerName(string owner) =>
        database.Query("SELECT name FROM containers WHERE id = $owner", row => row.GetString(0), ("$owner", owner)) is [var name] ? name : Short(owner);

    internal static string Short(string owner) => owner.Length > 12 ? owner[..12] : owner;

    private static string NewInterface() => $"veth{Random.Shared.Next(1 << 28):x7}";

    private void Insert(OwnedPort port)
    {
        (string, object?)[] key =
        [
            ("$protocol", (int)port.Port.Protocol), ("$port", port.Port.HostPort), ("$address", port.Port.HostAddress.ToString()), ("$every", Every(port.Port)),
        ];
        if (!port.IsDirect)
        {
            database.Execute($"DELETE FROM published_ports WHERE {Claiming}", key);
        }

        database.Execute("INSERT OR REPLACE INTO published_ports (protocol, host_port, host_address, container_port, owner, network, relayed) VALUES ($protocol, $port, $address, $container, $owner, $network, $relayed)",
            ("$protocol", (int)port.Port.Protocol), ("$port", port.Port.HostPort), ("$address", port.Port.HostAddress.ToString()), ("$container", port.Port.ContainerPort),
            ("$owner", port.Owner), ("$network", port.Network), ("$relayed", (int)port.Way));
    }

    private static string Every(PublishedPort port) => port.HostAddress.AddressFamily == AddressFamily.InterNetwork ? "0.0.0.0" : "::";

    private static EndpointRow ReadEndpoint(Row row) => new(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), Address(row, 5), Address(row, 6));

    private static IPAddress? Address(Row row, int column) => row.IsNull(column) ? null : IPAddress.Parse(row.GetString(column));

    private static OwnedPort ReadPort(Row row) => new(row.GetString(0), row.GetString(1),
        new PublishedPort(IPAddress.Parse(row.GetString(2)), (int)row.GetInt64(3), (int)row.GetInt64(4), (TransportProtocol)row.GetInt64(5)), (PortWay)row.GetInt64(6));
}
