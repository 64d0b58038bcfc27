using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Brig.Linux;
using Brig.Linux.Netlink;
using Brig.State;
using Microsoft.Win32.SafeHandles;

namespace Brig.Networks;

/// <summary>What networks a state root has: made, found and removed. Defining one makes nothing in the kernel.</summary>
public sealed class NetworkDefinitions
{
    private static readonly SearchValues<char> s_nameCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-");

    private static readonly SearchValues<char> s_hexDigits = SearchValues.Create("0123456789abcdef");

    private readonly StateRoot _root;
    private readonly NetworkName _name;
    private readonly NetworkTable _table;
    private readonly LeaseTable _leases;
    private readonly Database _database;
    private readonly TimeProvider _time;

    internal NetworkDefinitions(StateRoot root, NetworkName name, NetworkTable table, LeaseTable leases, Database database, TimeProvider time) =>
        (_root, _name, _table, _leases, _database, _time) = (root, name, table, leases, database, time);

    /// <summary>All, by name: bridge, host and none among them.</summary>
    public IReadOnlyList<Network> All() => [.. _table.All().Select(row => row.Network).Append(Host).Append(None).Append(Default().Network).DistinctBy(network => network.Id).OrderBy(network => network.Name, StringComparer.Ordinal)];

    /// <summary>The network of this ID, name or unique beginning of an ID; throws NotFound in Docker's words.</summary>
    public Network Find(string text) => TryFind(text) ?? throw BrigException.NotFound($"network {Oci.Text.Quote(text)} not found");

    public Network? TryFind(string text) => TryRow(text)?.Network;

    /// <summary>Who is in a network now.</summary>
    public IReadOnlyList<NetworkMember> Members(Network network) =>
        [.. _leases.In(network.Id).Select(row => new NetworkMember(row.Owner, row.Hardware, row.Address, row.Address6))];

    /// <summary>Writes a network down. Throws InvalidArgument or Conflict in Docker's words.</summary>
    public Network Create(NetworkRequest wish)
    {
        NetworkRequest request = WithConfiguration(wish);
        NetworkDriver driver = Check(request);
        string id = NewId();
        bool isInternal = request.Internal || (driver is NetworkDriver.Macvlan or NetworkDriver.Ipvlan && ParentOptions.Parse(driver, request.Options).Parent.Length == 0);
        string bridge = LinkName(request, driver, id, isInternal);
        Network network = new()
        {
            Id = id,
            Name = request.Name,
            Created = _time.GetUtcNow(),
            Bridge = bridge,
            Driver = driver,
            Internal = isInternal,
            Attachable = request.Attachable,
            IPv4 = BridgeOptions.Enables(request.Options, AddressFamily.InterNetwork, request.IPv4),
            IPv6 = HasIPv6(request),
            Options = request.Options,
            Labels = request.Labels,
            IpamDriver = request.IpamDriver,
            IpamOptions = request.IpamOptions,
            HasChosenSubnets = request.Pools.Count > 0,
            ConfigOnly = request.ConfigOnly,
            ConfigFrom = request.ConfigFrom,
        };
        using SafeFileHandle everyone = LockMachine();
        return _database.Transaction(() =>
        {
            List<NetworkRow> others = _table.All();
            if (others.Exists(other => other.Network.Name == request.Name))
            {
                throw BrigException.Conflict($"network with name {request.Name} already exists");
            }

            if (network.IsBridged && others.Find(other => other.Network.Bridge == bridge) is { } same)
            {
                throw BrigException.Conflict($"cannot create network {request.Name}: bridge {bridge} is network {same.Network.Name}'s");
            }

            List<AddressPool> pools = PoolsChecked(request, driver, others);
            network = network with { Pools = network.ConfigOnly ? pools : WithDefaults(network, pools, others) };
            _table.Insert(network);
            return network;
        });
    }

    /// <summary>Removes a network that nobody is in.</summary>
    public void Remove(Network network)
    {
        if (network.IsPredefined)
        {
            throw new BrigException(ErrorKind.PermissionDenied, $"{network.Name} is a pre-defined network and cannot be removed");
        }

        _database.Transaction(() =>
        {
            if (network.ConfigOnly && _table.All().Find(row => row.Network.ConfigFrom == network.Name) is { } user)
            {
                throw new BrigException(ErrorKind.PermissionDenied, $"configuration network \"{network.Name}\" is in use (network {user.Network.Name})");
            }

            if (!_table.TryDelete(network.Id) && _table.ById(network.Id) is not null)
            {
                List<EndpointRow> members = _leases.In(network.Id);
                string names = string.Join(", ", members.Take(5).Select(member => $"name:\"{_leases.ContainerName(member.Owner)}\" id:\"{LeaseTable.Short(member.Owner)}\""));
                throw new BrigException(ErrorKind.PermissionDenied, $"error while removing network: network {network.Name} has active endpoints ({names})");
            }
        });
    }

    /// <summary>Changes options of a network: for containers that start from now on. A null value takes one away.</summary>
    internal void Update(Network network, IReadOnlyDictionary<string, string?> options)
    {
        Dictionary<string, string> all = new(network.Options);
        foreach ((string name, string? value) in options)
        {
            if (value is null)
            {
                all.Remove(name);
            }
            else
            {
                all[name] = value;
            }
        }

        if (network.Driver == NetworkDriver.Bridge)
        {
            BridgeOptions.Check(all, network.Internal, network.IPv6);
        }
        else
        {
            ParentOptions.Parse(network.Driver, all);
        }

        _table.Define(network with { Options = all });
    }

    internal NetworkRow? TryRow(string text)
    {
        if (text is "host" or "none")
        {
            return new NetworkRow(text == "host" ? Host : None, 0, Ready: false);
        }

        if (text is Network.DefaultName or "default")
        {
            return Default();
        }

        if (_table.ByName(text) is { } named)
        {
            return named;
        }

        if (text.Length == 0 || text.AsSpan().ContainsAnyExcept(s_hexDigits))
        {
            return null;
        }

        List<NetworkRow> matches = _table.ByIdBeginning(text);
        if (PredefinedId(Network.DefaultName).StartsWith(text, StringComparison.Ordinal) && matches.Count == 0)
        {
            return Default();
        }

        matches.AddRange(((Network[])[Host, None]).Where(network => network.Id.StartsWith(text, StringComparison.Ordinal)).Select(network => new NetworkRow(network, 0, Ready: false)));
        return matches.Count > 1 ? throw BrigException.Invalid($"network {text} is ambiguous ({matches.Count} matches found based on ID prefix)") : matches.FirstOrDefault();
    }

    internal NetworkRow Row(string text) => TryRow(text) ?? throw BrigException.NotFound($"network {Oci.Text.Quote(text)} not found");

    /// <summary>The default network, written down with a subnet where it never was.</summary>
    internal NetworkRow Default()
    {
        if (_table.ByName(Network.DefaultName) is { } known)
        {
            return known;
        }

        using SafeFileHandle everyone = LockMachine();
        using NetlinkSocket route = NetlinkSocket.Open(NetlinkProtocol.NETLINK_ROUTE);
        Subnet subnet = ChooseDefault(HostRoutes.Read(route));
        return _database.Transaction(() =>
        {
            if (_table.ByName(Network.DefaultName) is null)
            {
                _table.Insert(new Network
                {
                    Id = PredefinedId(Network.DefaultName),
                    Name = Network.DefaultName,
                    Created = _time.GetUtcNow(),
                    Bridge = _name.Bridge,
                    Pools = [new AddressPool { Subnet = subnet.ToString() }],
                });
            }

            return _table.ByName(Network.DefaultName)!;
        });
    }

    internal Subnet ChooseDefault(HostRoutes host)
    {
        List<Subnet> taken = Taken(_table.All().FindAll(row => !row.Network.IsDefault));
        return DefaultPools.ForDefault(subnet => host.IsFree(subnet) && !taken.Exists(subnet.Overlaps));
    }

    /// <summary>Held while a subnet is chosen and taken.</summary>
    internal SafeFileHandle LockMachine()
    {
        try
        {
            return LockFile("/run/brig-networks.lock");
        }
        catch (LinuxException error) when (error.Errno is Errno.EACCES or Errno.EROFS or Errno.ENOENT)
        {
            return LockFile(Path.Combine(_root.RunRoot, "machine.lock")); // who may not write there shares no network with others
        }
    }

    internal static SafeFileHandle LockFile(string path)
    {
        SafeFileHandle file = Files.Open(path, OpenFlags.O_RDWR | OpenFlags.O_CREAT, Convert.ToUInt32("600", 8));
        Files.Lock(file);
        return file;
    }

    private Network Host => Predefined("host", NetworkDriver.Host);

    private Network None => Predefined("none", NetworkDriver.None);

    private Network Predefined(string name, NetworkDriver driver) => new() { Id = PredefinedId(name), Name = name, Driver = driver, IPv4 = true };

    /// <summary>64 digits that stay the same for a root.</summary>
    private string PredefinedId(string name) => string.Concat(Enumerable.Range(0, 4).Select(part => DefaultPools.Hash($"{part}{name}{_root.Root}{part}").ToString("x16")));

    private static string NewId()
    {
        while (true)
        {
            string id = Entropy.Hex(32);
            if (id.AsSpan(0, 12).ContainsAnyExceptInRange('0', '9'))
            {
                return id;
            }
        }
    }

    private static NetworkDriver Check(NetworkRequest request)
    {
        string name = request.Name;
        if (name.Length is 0 or > 128 || !char.IsAsciiLetterOrDigit(name[0]) || name.AsSpan().ContainsAnyExcept(s_nameCharacters))
        {
            throw BrigException.Invalid($"invalid network name \"{Oci.Text.Quote(name)}\": only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed");
        }

        if (name is Network.DefaultName or "host" or "none" or "default" or "container")
        {
            throw new BrigException(ErrorKind.PermissionDenied, $"operation is not permitted on predefined {name} network");
        }

        if (!BridgeOptions.Enables(request.Options, AddressFamily.InterNetwork, request.IPv4) && !HasIPv6(request))
        {
            throw BrigException.Invalid("IPv4 or IPv6 must be enabled");
        }

        if (request.IpamDriver is not ("default" or ""))
        {
            throw BrigException.Unsupported($"IPAM driver {Oci.Text.Quote(request.IpamDriver)} is not supported (default)");
        }

        switch (request.Driver)
        {
            case var _ when request.ConfigOnly: // no driver has seen its options yet
                return NetworkDriver.None;
            case "bridge" or "":
                BridgeOptions.Check(request.Options, request.Internal, HasIPv6(request));
                return NetworkDriver.Bridge;
            case "macvlan" or "ipvlan":
                NetworkDriver driver = request.Driver == "macvlan" ? NetworkDriver.Macvlan : NetworkDriver.Ipvlan;
                CheckParent(driver, ParentOptions.Parse(driver, request.Options));
                return driver;
            case "host" or "null" or "none":
                throw new BrigException(ErrorKind.PermissionDenied, $"only one instance of \"{request.Driver}\" network is allowed");
            default:
                throw BrigException.NotFound($"could not find plugin {Oci.Text.Quote(request.Driver)} in v2 plugin registry: plugin not found (drivers: bridge, macvlan, ipvlan)");
        }
    }

    /// <summary>With what the network that it names has of options, subnets and labels.</summary>
    private NetworkRequest WithConfiguration(NetworkRequest wish)
    {
        if (wish.ConfigOnly && wish.ConfigFrom.Length > 0)
        {
            throw BrigException.Invalid("a configuration network cannot depend on another configuration network");
        }

        if (wish.ConfigOnly && (wish.Internal || wish.Attachable))
        {
            throw BrigException.Invalid("configuration network can only contain network specific fields. Network operator fields like [ ingress | internal | attachable | scope ] are not supported.");
        }

        if (wish.ConfigFrom.Length == 0)
        {
            return wish;
        }

        if (wish.Options.Count + wish.Pools.Count + wish.IpamOptions.Count > 0 || wish.IPv6 || !wish.IPv4)
        {
            throw BrigException.Invalid("user specified configurations are not supported if the network depends on a configuration network");
        }

        Network settings = TryFind(wish.ConfigFrom) ?? throw BrigException.NotFound($"configuration network {Oci.Text.Quote(wish.ConfigFrom)} not found");
        return !settings.ConfigOnly ? throw BrigException.Invalid($"network {settings.Name} is not a configuration only network (network create --config-only)")
            : wish with
            {
                ConfigFrom = settings.Name,
                Options = settings.Options,
                Pools = settings.Pools,
                IPv4 = settings.IPv4,
                IPv6 = settings.IPv6,
                IpamDriver = settings.IpamDriver,
                IpamOptions = settings.IpamOptions,
                Labels = settings.Labels.Concat(wish.Labels).GroupBy(label => label.Key).ToDictionary(group => group.Key, group => group.Last().Value),
            };
    }

    private static bool HasIPv6(NetworkRequest request) => BridgeOptions.Enables(request.Options, AddressFamily.InterNetworkV6, request.IPv6) || request.Pools.Any(pool => pool.Network.IsIPv6);

    /// <summary>The host's link that the network makes; empty where its parent is the host's own.</summary>
    private static string LinkName(NetworkRequest request, NetworkDriver driver, string id, bool isInternal) => driver switch
    {
        NetworkDriver.Bridge => request.Options.GetValueOrDefault(BridgeOptions.NameName, "br-" + id[..12]),
        NetworkDriver.None => "",
        _ when isInternal => (driver == NetworkDriver.Macvlan ? "dm-" : "di-") + id[..12],
        _ => ParentOptions.Parse(driver, request.Options) is { Vlan: not null, Parent: var parent } ? parent : "",
    };

    /// <summary>A parent must be there, or be a VLAN of a link that is.</summary>
    private static void CheckParent(NetworkDriver driver, ParentOptions options)
    {
        using NetlinkSocket route = NetlinkSocket.Open(NetlinkProtocol.NETLINK_ROUTE);
        if (options.Parent.Length == 0 || route.InterfaceIndex(options.Parent) != 0)
        {
            return;
        }

        if (options.Vlan is not { } vlan)
        {
            throw BrigException.Invalid($"invalid subinterface vlan name {Oci.Text.Quote(options.Parent)}, example formatting is eth0.10 (and no interface of the host has that name)");
        }

        if (route.InterfaceIndex(vlan.Link) == 0)
        {
            throw BrigException.Invalid($"failed to create the {options.Parent} parent of the {driver.ToString().ToLowerInvariant()} network: the host has no interface {Oci.Text.Quote(vlan.Link)}");
        }
    }

    private static List<AddressPool> PoolsChecked(NetworkRequest request, NetworkDriver driver, List<NetworkRow> others)
    {
        List<AddressPool> pools = [];
        foreach (AddressPool pool in request.Pools)
        {
            Subnet subnet = pool.Network;
            if (!subnet.IsIPv6 && !BridgeOptions.Enables(request.Options, AddressFamily.InterNetwork, request.IPv4))
            {
                throw BrigException.Invalid($"subnet {subnet} is IPv4, and the network is to have none (--ipv4=false)");
            }

            if (subnet.PrefixLength > (subnet.IsIPv6 ? 126 : 30) && driver == NetworkDriver.Bridge)
            {
                throw BrigException.Invalid($"invalid subnet {subnet}: it has no room for a gateway and a container");
            }

            if (pools.Exists(other => other.Network.Overlaps(subnet)))
            {
                throw BrigException.Invalid($"invalid subnet {subnet}: it overlaps another one of the request");
            }

            // Networks over one link of the host may well share its subnet.
            if (driver == NetworkDriver.Bridge && others.Find(other => other.Network.Driver == NetworkDriver.Bridge && other.Network.Pools.Any(taken => taken.Network.Overlaps(subnet))) is { } same)
            {
                throw new BrigException(ErrorKind.PermissionDenied, $"invalid pool request: Pool overlaps with other one on this address space ({subnet}: network {same.Network.Name})");
            }

            Inside(subnet, pool.Gateway, "gateway");
            foreach ((_, string address) in pool.Auxiliary)
            {
                Inside(subnet, address, "auxiliary address");
            }

            if (pool.Range is not null && !(Subnet.TryParse(pool.Range, out Subnet range) && subnet.Contains(range)))
            {
                throw BrigException.Invalid($"no matching subnet for range {Oci.Text.Quote(pool.Range)}");
            }

            pools.Add(pool with { Subnet = subnet.ToString() });
        }

        return pools;
    }

    private static void Inside(Subnet subnet, string? text, string what)
    {
        if (text is not null && !(IPAddress.TryParse(text, out IPAddress? address) && subnet.Contains(address)))
        {
            throw BrigException.Invalid($"no matching subnet for {what} {Oci.Text.Quote(text)}");
        }
    }

    /// <summary>With subnets of the default pools for the families that have none.</summary>
    private List<AddressPool> WithDefaults(Network network, List<AddressPool> pools, List<NetworkRow> others)
    {
        List<Subnet> taken = [.. Taken(others), .. pools.Select(pool => pool.Network)];
        using NetlinkSocket route = NetlinkSocket.Open(NetlinkProtocol.NETLINK_ROUTE);
        HostRoutes? host = null;
        bool IsFree(Subnet subnet) => !taken.Exists(subnet.Overlaps) && (host ??= HostRoutes.Read(route)).IsFree(subnet);
        if (network.IPv4 && !pools.Exists(pool => !pool.Network.IsIPv6))
        {
            pools.Add(new AddressPool { Subnet = DefaultPools.ForUser(IsFree).ToString() });
        }

        if (network.IPv6 && !pools.Exists(pool => pool.Network.IsIPv6))
        {
            pools.Add(new AddressPool { Subnet = DefaultPools.ForIPv6(_root, IsFree).ToString() });
        }

        return pools;
    }

    private static List<Subnet> Taken(List<NetworkRow> networks) => [.. networks.Where(row => !row.Network.ConfigOnly).SelectMany(row => row.Network.Pools).Select(pool => pool.Network)];
}
