using System.Net;
using Brig.Linux.Netlink;
using Brig.State;

namespace Brig.Networks;

/// <summary>Who has which address and port, as rows of the database.</summary>
internal sealed class LeaseTable(Database database, string network)
{
    private const string PortColumns = "SELECT owner, host_address, host_port, container_port, protocol FROM published_ports";

    internal NetworkRecord? Network() => database.Query("SELECT subnet, mtu, ready FROM networks WHERE name = $network",
        row => new NetworkRecord(Subnet.Parse(row.GetString(0)), (uint)row.GetInt64(1), row.GetInt64(2) != 0), ("$network", network)) is [var record] ? record : null;

    /// <summary>Writes down a network that is about to be made.</summary>
    internal void Record(NetworkRecord record) => database.Execute("""
        INSERT INTO networks (name, subnet, mtu, last, ready) VALUES ($network, $subnet, $mtu, 1, $ready)
        ON CONFLICT (name) DO UPDATE SET subnet = $subnet, mtu = $mtu, ready = $ready
        """, ("$network", network), ("$subnet", record.Subnet.ToString()), ("$mtu", (long)record.Mtu), ("$ready", record.Ready ? 1 : 0));

    /// <summary>Marks the network as about to go; false while someone has a lease or where there is none.</summary>
    internal bool TryRetire() => database.Execute("UPDATE networks SET ready = 0 WHERE name = $network AND NOT EXISTS (SELECT 1 FROM leases WHERE network = $network)", ("$network", network)) > 0;

    internal void Forget() => database.Execute("DELETE FROM networks WHERE name = $network", ("$network", network));

    internal Lease? Find(string owner) => database.Query("SELECT owner, address, interface FROM leases WHERE network = $network AND owner = $owner", ReadLease, ("$network", network), ("$owner", owner)) is [var lease] ? lease : null;

    internal List<Lease> All() => database.Query("SELECT owner, address, interface FROM leases WHERE network = $network", ReadLease, ("$network", network));

    internal bool Any() => database.Query("SELECT 1 FROM leases WHERE network = $network LIMIT 1", row => row.GetInt64(0), ("$network", network)).Count > 0;

    internal List<OwnedPort> Ports() => database.Query($"{PortColumns} WHERE network = $network", ReadPort, ("$network", network));

    internal List<OwnedPort> Ports(string owner) => database.Query($"{PortColumns} WHERE network = $network AND owner = $owner", ReadPort, ("$network", network), ("$owner", owner));

    /// <summary>Rows that claim the same port on the same address, or one of them on every address.</summary>
    internal List<OwnedPort> Claims(PublishedPort port) => database.Query(
        $"{PortColumns} WHERE network = $network AND protocol = $protocol AND host_port = $port AND ($address = '0.0.0.0' OR host_address IN ('0.0.0.0', $address))",
        ReadPort, ("$network", network), ("$protocol", (int)port.Protocol), ("$port", port.HostPort), ("$address", port.HostAddress.ToString()));

    /// <summary>
    /// Takes an address and writes down the ports, in one transaction. The address after the one given out last comes first,
    /// so that one just given back rests. Null unless the network is ready. Ports are those the caller has bound: rows that
    /// still claim them belong to owners that are gone, and come back in <paramref name="stale"/>.
    /// </summary>
    internal Lease? TryTake(string owner, IReadOnlyList<PublishedPort> ports, out List<OwnedPort> stale)
    {
        List<OwnedPort> gone = [];
        stale = gone;
        return database.Transaction(() =>
        {
            List<(string Subnet, long Last)> rows = database.Query("SELECT subnet, last FROM networks WHERE name = $network AND ready = 1", row => (row.GetString(0), row.GetInt64(1)), ("$network", network));
            if (rows is not [var (text, last)])
            {
                return null;
            }

            Subnet subnet = Subnet.Parse(text);
            uint host = FreeAfter(subnet, (uint)last);
            Lease lease = new(owner, subnet.At(host), NewInterface());
            database.Execute("UPDATE networks SET last = $last WHERE name = $network", ("$last", (long)host), ("$network", network));
            database.Execute("INSERT INTO leases (network, address, owner, interface) VALUES ($network, $address, $owner, $interface)",
                ("$network", network), ("$address", lease.Address.ToString()), ("$owner", owner), ("$interface", lease.Interface));
            foreach (PublishedPort port in ports)
            {
                gone.AddRange(Claims(port));
                Insert(owner, port);
            }

            return lease;
        });
    }

    /// <summary>Removes the rows of an owner.</summary>
    internal void Remove(string owner) => database.Transaction(() =>
    {
        database.Execute("DELETE FROM published_ports WHERE network = $network AND owner = $owner", ("$network", network), ("$owner", owner));
        database.Execute("DELETE FROM leases WHERE network = $network AND owner = $owner", ("$network", network), ("$owner", owner));
    });

    /// <summary>The name of a container, for messages; the short ID of one that has no row.</summary>
    internal string ContainerName(string owner) =>
        database.Query("SELECT name FROM containers WHERE id = $owner", row => row.GetString(0), ("$owner", owner)) is [var name] ? name : Short(owner);

    internal static string Short(string owner) => owner.Length > 12 ? owner[..12] : owner;

    private static string NewInterface() => $"veth{Random.Shared.Next(1 << 28):x7}";

    private uint FreeAfter(Subnet subnet, uint last)
    {
        // Host parts 0, 1 and the last are the network's, the gateway's and the broadcast address.
        for (uint tried = 0, host = last; tried < subnet.Size - 2; tried++)
        {
            host = host + 1 >= subnet.Size || host < 1 ? 2 : host + 1;
            if (database.Query("SELECT 1 FROM leases WHERE network = $network AND address = $address", row => row.GetInt64(0), ("$network", network), ("$address", subnet.At(host).ToString())).Count == 0)
            {
                return host;
            }
        }

        throw BrigException.Unavailable($"no available IPv4 addresses on this network's address pools: {network} ({subnet})");
    }

    private void Insert(string owner, PublishedPort port)
    {
        database.Execute("DELETE FROM published_ports WHERE network = $network AND protocol = $protocol AND host_port = $port AND ($address = '0.0.0.0' OR host_address IN ('0.0.0.0', $address))",
            ("$network", network), ("$protocol", (int)port.Protocol), ("$port", port.HostPort), ("$address", port.HostAddress.ToString()));
        database.Execute("INSERT INTO published_ports (network, protocol, host_port, host_address, container_port, owner) VALUES ($network, $protocol, $port, $address, $container, $owner)",
            ("$network", network), ("$protocol", (int)port.Protocol), ("$port", port.HostPort), ("$address", port.HostAddress.ToString()), ("$container", port.ContainerPort), ("$owner", owner));
    }

    private static Lease ReadLease(Row row) => new(row.GetString(0), IPAddress.Parse(row.GetString(1)), row.GetString(2));

    private static OwnedPort ReadPort(Row row) => new(row.GetString(0),
        new PublishedPort(IPAddress.Parse(row.GetString(1)), (int)row.GetInt64(2), (int)row.GetInt64(3), (TransportProtocol)row.GetInt64(4)));
}
