using System.Net;
using Brig.Linux;
using Brig.Linux.Netlink;
using Brig.Linux.Nftables;
using Brig.State;
using Microsoft.Win32.SafeHandles;

namespace Brig.Networks;

/// <summary>
/// The default network of a state root: a bridge in the network namespace of the calling thread, with address translation.
/// It comes with the first container and goes with <see cref="RemoveIfUnused"/>. Everything is synchronous and starts no thread.
/// The object belongs to the network namespace in which it was used first.
/// </summary>
public sealed class BridgeNetwork : IDisposable
{
    private readonly StateRoot _root;
    private readonly NetworkName _name;
    private readonly LeaseTable _leases;
    private readonly BridgeLink _bridge;
    private readonly NatTable _nat;
    private NetlinkSocket? _netfilter;

    public BridgeNetwork(StateRoot root, Database database)
    {
        _root = root;
        _name = NetworkName.Of(root);
        _leases = new LeaseTable(database, _name.Bridge);
        _bridge = new BridgeLink(_name.Bridge, _name.Group);
        _nat = new NatTable(_name);
    }

    /// <summary>
    /// One socket for the object's life. The kernel makes the close of any such socket wait for what was deleted from
    /// tables of its namespace, some 17 ms: in a monitor, that is left to the end of the process, when nobody waits.
    /// </summary>
    private NetlinkSocket Netfilter => _netfilter ??= NetlinkSocket.Open(NetlinkProtocol.NETLINK_NETFILTER);

    /// <summary>
    /// Gives the network namespace of a process an eth0 with an address, a default route and a loopback that is up, and
    /// publishes ports. All of it or nothing. What an earlier endpoint of the same container left is taken back first.
    /// Throws Conflict for a port that is in use, saying by whom.
    /// </summary>
    public Endpoint Attach(string containerId, int pid, IReadOnlyList<PortMapping> ports)
    {
        using NetworkNamespace home = NetworkNamespace.OfThread();
        using NetworkNamespace target = NetworkNamespace.OfProcess(pid);
        if (home.Is(target))
        {
            throw new BrigException(ErrorKind.Internal, $"attach {LeaseTable.Short(containerId)}: process {pid} has no network namespace of its own");
        }

        Disconnect(containerId);
        HostPorts held = HostPorts.Bind(ports, _leases);
        try
        {
            using NetlinkSocket route = NetlinkSocket.Open(NetlinkProtocol.NETLINK_ROUTE);
            (Lease lease, NetworkRecord network, List<OwnedPort> stale) = Take(route, containerId, held.Ports);
            try
            {
                byte[] mac = HardwareAddress.Random();
                PairPlan plan = new(lease.Interface, _name.Group, _bridge.Index(route), network.Mtu, mac, lease.Address, network.Subnet) { Hairpin = held.Ports.Count > 0 };
                Pair.Make(route, home, target, plan);
                _nat.Withdraw(Netfilter, stale.Select(port => port.Port));
                _nat.Publish(Netfilter, containerId, lease.Address, held.Ports);
                return new Endpoint(lease.Address, network.Subnet, HardwareAddress.Describe(mac), held);
            }
            catch (Exception error)
            {
                Undo(route, lease, error);
                throw;
            }
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Takes back the published ports and the address of a container that ended; one that is not attached is passed over.
    /// The pair of interfaces goes with the container's network namespace, by itself. Call it before the endpoint is disposed.
    /// </summary>
    public void Detach(string containerId)
    {
        if (_leases.Find(containerId) is not null)
        {
            Release(containerId);
        }
    }

    /// <summary>As <see cref="Detach"/> for one that goes on running: removes its interface as well, which takes the kernel some 20 ms.</summary>
    public void Disconnect(string containerId)
    {
        if (_leases.Find(containerId) is not { } lease)
        {
            return;
        }

        using (NetlinkSocket route = NetlinkSocket.Open(NetlinkProtocol.NETLINK_ROUTE))
        {
            BridgeLink.Remove(route, lease.Interface);
        }

        Release(containerId);
    }

    /// <summary>Removes bridge and table when no container has a lease. Cheap where there is nothing to do.</summary>
    public void RemoveIfUnused()
    {
        if (_leases.Network() is null || _leases.Any())
        {
            return;
        }

        using SafeFileHandle mine = Lock();
        if (!_leases.TryRetire())
        {
            return;
        }

        using NetlinkSocket route = NetlinkSocket.Open(NetlinkProtocol.NETLINK_ROUTE);
        _bridge.Remove(route);
        _nat.Delete(Netfilter);
        _leases.Forget();
    }

    /// <summary>What containers that do not run any more left behind, a line each: leases with their ports, published ports and interfaces that no lease accounts for.</summary>
    public IReadOnlyList<string> Orphans(Func<string, bool> isRunning) => [.. Survey(isRunning).Describe()];

    /// <summary>Takes back everything that <see cref="Orphans"/> names, and the network itself when nobody is left.</summary>
    public void Repair(Func<string, bool> isRunning)
    {
        NetworkLeftovers leftovers = Survey(isRunning);
        foreach (Lease lease in leftovers.Leases)
        {
            Disconnect(lease.Owner);
        }

        _nat.WithdrawKeys(Netfilter, leftovers.Elements);
        using (NetlinkSocket route = NetlinkSocket.Open(NetlinkProtocol.NETLINK_ROUTE))
        {
            foreach (string port in leftovers.Interfaces)
            {
                BridgeLink.Remove(route, port);
            }
        }

        RemoveIfUnused();
    }

    /// <summary>Chains of others, as <c>family table chain</c>, that drop forwarded packets which they do not know: while there are any, containers may reach the host and nothing beyond, and only the host reaches published ports.</summary>
    public IReadOnlyList<string> ForwardingObstacles() => Netfilter.DroppingForwardChains();

    public void Dispose() => _netfilter?.Dispose();

    // The rows go last: what cannot be undone now stays on record for Repair.
    private void Undo(NetlinkSocket route, Lease lease, Exception error)
    {
        try
        {
            BridgeLink.Remove(route, lease.Interface);
            Release(lease.Owner);
        }
        catch (Exception second) when (second is LinuxException or BrigException)
        {
            throw new BrigException(ErrorKind.Internal, $"{error.Message}; and to undo it: {second.Message}", error);
        }
    }

    private void Release(string containerId)
    {
        List<OwnedPort> ports = _leases.Ports(containerId);
        if (ports.Count > 0)
        {
            _nat.Withdraw(Netfilter, ports.Select(port => port.Port));
        }

        _leases.Remove(containerId);
    }

    private NetworkLeftovers Survey(Func<string, bool> isRunning)
    {
        // First the kernel, then the rows: a row is written before its object is made, so an object seen here has one unless it is left over.
        using NetlinkSocket route = NetlinkSocket.Open(NetlinkProtocol.NETLINK_ROUTE);
        List<byte[]> keys = _nat.Keys(Netfilter);
        List<string> interfaces = _bridge.Ports(route);
        List<Lease> leases = _leases.All();
        HashSet<string> known = [.. _leases.Ports().Select(port => Convert.ToHexString(NatTable.Key(port.Port)))];
        return new NetworkLeftovers(
            leases.FindAll(lease => !isRunning(lease.Owner)),
            keys.FindAll(key => !known.Contains(Convert.ToHexString(key))),
            interfaces.FindAll(port => !leases.Exists(lease => lease.Interface == port)));
    }

    private (Lease Lease, NetworkRecord Network, List<OwnedPort> Stale) Take(NetlinkSocket route, string owner, IReadOnlyList<PublishedPort> ports)
    {
        if (_leases.Network() is { Ready: true } network && _bridge.Index(route) != 0 && _nat.Exists(Netfilter)
            && _leases.TryTake(owner, ports, out List<OwnedPort> stale) is { } lease)
        {
            return (lease, network, stale);
        }

        using SafeFileHandle mine = Lock();
        network = Ensure(route);
        lease = _leases.TryTake(owner, ports, out stale) ?? throw new BrigException(ErrorKind.Internal, "the network went away while it was locked");
        return (lease, network, stale);
    }

    /// <summary>Makes what is missing of bridge and table. The caller has the lock.</summary>
    private NetworkRecord Ensure(NetlinkSocket route)
    {
        NetworkRecord? record = _leases.Network();
        bool present = _bridge.Index(route) != 0;
        if (present && record is null)
        {
            // Its database is gone, and with it what was known of its containers.
            _bridge.Remove(route);
            present = false;
        }

        if (!present || record is not { Ready: true })
        {
            record = MakeBridge(route, record, present);
        }

        Forwarding.Enable();
        Dictionary<string, IPAddress> addresses = _leases.All().ToDictionary(lease => lease.Owner, lease => lease.Address);
        if (!record.Ready || !_nat.Exists(Netfilter))
        {
            _nat.Replace(Netfilter, record.Subnet, _leases.Ports(), addresses.GetValueOrDefault);
        }

        record = record with { Ready = true };
        _leases.Record(record);
        return record;
    }

    private NetworkRecord MakeBridge(NetlinkSocket route, NetworkRecord? record, bool present)
    {
        // Between looking for a free subnet and taking it no other root of this machine may do the same.
        using SafeFileHandle everyone = LockFile("/run/brig-networks.lock");
        if (!present)
        {
            HostRoutes host = HostRoutes.Read(route);
            Subnet subnet = record is not null && host.IsFree(record.Subnet) ? record.Subnet : host.Choose();
            record = new NetworkRecord(subnet, host.Mtu, Ready: false);
            _leases.Record(record);
        }

        _bridge.Make(route, record!.Subnet, record.Mtu);
        return record with { Ready = false };
    }

    private SafeFileHandle Lock() => LockFile(Path.Combine(_root.RunRoot, "networks.lock"));

    private static SafeFileHandle LockFile(string path)
    {
        SafeFileHandle file = Files.Open(path, OpenFlags.O_RDWR | OpenFlags.O_CREAT, Convert.ToUInt32("600", 8));
        Files.Lock(file);
        return file;
    }
}
