using System.Net;
using System.Text;
using Brig.Containers.Specifications;
using Brig.Linux;
using Brig.Linux.Netlink;
using Brig.Networks;
using Brig.Networks.Names;
using Brig.Networks.Relays;
using Microsoft.Win32.SafeHandles;

namespace Brig.Containers.Monitor;

/// <summary>A container's networks as its monitor looks after them: endpoints, published ports, and the files that tell of names.</summary>
internal sealed class ContainerNetwork : IDisposable
{
    private readonly Engine _engine;
    private readonly Container _container;
    private readonly ContainerFiles _files;
    private readonly string _hostname;
    private ContainerSpecification _specification;
    private readonly EventLoop _loop;
    private Sandbox? _sandbox;
    private NameServer? _names;
    private PortRelay? _relay;
    private int _pid;

    internal ContainerNetwork(Engine engine, Container container, string hostname, EventLoop loop)
    {
        (_engine, _container, _specification, _hostname, _loop) = (engine, container, container.Specification, hostname, loop);
        _files = new ContainerFiles(engine.Root, container.Id);
    }

    /// <summary>The endpoints as the container's row tells of them.</summary>
    internal IReadOnlyList<EndpointState> Endpoints => [.. (_sandbox?.Endpoints ?? []).Select(endpoint => new EndpointState
    {
        Network = endpoint.Network.Name,
        NetworkId = endpoint.Network.Id,
        Interface = endpoint.Interface,
        MacAddress = endpoint.MacAddress,
        Address = endpoint.Address?.ToString() ?? "",
        PrefixLength = endpoint.PrefixLength,
        Gateway = endpoint.Gateway?.ToString() ?? "",
        Address6 = endpoint.Address6?.ToString() ?? "",
        PrefixLength6 = endpoint.PrefixLength6,
        Gateway6 = endpoint.Gateway6?.ToString() ?? "",
    })];

    internal IReadOnlyList<PortState> Ports => [.. (_sandbox?.Held ?? []).Where(held => held.Way != PortWay.Trusted)
        .Select(held => new PortState(held.Port.HostAddress.ToString(), held.Port.HostPort, held.Port.ContainerPort, held.Port.Protocol.ToString().ToLowerInvariant()) { Relayed = held.Way == PortWay.Relay })];

    /// <summary>Whether containers in its networks know each other by name.</summary>
    private bool HasNames => _specification.EndpointRequests.Any(request => request.Network is not Network.DefaultName);

    /// <summary>Whether the container has IPv6 at all, be it on its loopback alone.</summary>
    private bool HasIPv6 => File.Exists("/proc/net/if_inet6") && _specification.Sysctls.GetValueOrDefault("net.ipv6.conf.all.disable_ipv6") != "1";

    /// <summary>The process whose network namespace the container is to share; null where it has its own or the host's.</summary>
    internal NetworkNamespace? OpenShared()
    {
        if (!_specification.Network.StartsWith(ContainerSpecification.ContainerNetworkPrefix, StringComparison.Ordinal))
        {
            return null;
        }

        Container other = _engine.Container(_specification.Network[ContainerSpecification.ContainerNetworkPrefix.Length..]);
        return other.Status == ContainerStatus.Running && other.State.Pid != 0
            ? NetworkNamespace.OfProcess(other.State.Pid)
            : throw BrigException.Conflict($"cannot join network of a non running container: {other.Id}");
    }

    /// <summary>Does what the container's specification asks of networks, in the namespace of its first process.</summary>
    internal void Join(int pid)
    {
        if (_specification.SharesNetwork)
        {
            return;
        }

        if (_specification.EndpointRequests.Count == 0)
        {
            Loopback.Up(pid);
        }

        _pid = pid;
        _sandbox = new Sandbox(_engine.Networks, _container.Id.Value, pid);
        if (_specification.EndpointRequests.Count > 0)
        {
            _sandbox.Join(_specification.EndpointRequests, [_hostname], [.. _specification.Ports.SelectMany(PortMapping.Parse)]);
            WriteHosts();
        }

        Serve();
    }

    /// <summary>Answers for names and relays ports, as the networks that the container is in now have it.</summary>
    private void Serve()
    {
        if (_names is not null)
        {
            _names.Move(_sandbox!.Endpoints);
        }
        else if (_sandbox!.Endpoints.Any(endpoint => endpoint.Network.HasNames))
        {
            _names = NameServer.Start(_loop, _engine.Database, _pid, _sandbox.Endpoints, [.. _specification.Dns.Select(IPAddress.Parse)]);
        }

        _relay?.Dispose();
        _relay = _sandbox!.Held.Any(held => held.Listens) ? new PortRelay(_loop, _sandbox.Held, () => _sandbox?.Publisher is { } target ? target.Address ?? target.Address6 : null) : null;
    }

    /// <summary>Enters one more network while the container runs, and writes that down.</summary>
    internal void Connect(EndpointRequest request)
    {
        EnsureOwn();
        _relay?.Dispose();
        try
        {
            _sandbox!.Connect(request, [_hostname]);
            Changed([.. _specification.EndpointRequests, request]);
        }
        finally
        {
            Serve();
        }
    }

    /// <summary>Leaves a network while the container runs, and writes that down.</summary>
    internal void Disconnect(string networkId)
    {
        EnsureOwn();
        Network network = _engine.Networks.Definitions.Find(networkId);
        _relay?.Dispose();
        try
        {
            _sandbox!.Disconnect(network);
            Changed([.. _specification.EndpointRequests.Where(request => _engine.Networks.Definitions.TryFind(request.Network)?.Id != network.Id)]);
        }
        finally
        {
            Serve();
        }
    }

    /// <summary>The files that the container sees as /etc/hosts and so on; written into, so that the mounted inode stays.</summary>
    internal void WriteFiles()
    {
        if (_specification.Network.StartsWith(ContainerSpecification.ContainerNetworkPrefix, StringComparison.Ordinal))
        {
            ContainerFiles other = new(_engine.Root, new ContainerId(_specification.Network[ContainerSpecification.ContainerNetworkPrefix.Length..]));
            Write(_files.Hostname, Files.TryReadText(other.Hostname) ?? "");
            Write(_files.ResolvConf, Files.TryReadText(other.ResolvConf) ?? "");
            Write(_files.Hosts, Files.TryReadText(other.Hosts) ?? "");
            return;
        }

        Write(_files.Hostname, _hostname + "\n");
        WriteResolvConf();
        WriteHosts();
    }

    /// <summary>Gives back addresses, rules and ports.</summary>
    public void Dispose()
    {
        if (!_specification.SharesNetwork)
        {
            _names?.Dispose();
            _relay?.Dispose();
            (_names, _relay) = (null, null);
            _engine.Networks.Release(_container.Id.Value);
            _sandbox?.Dispose();
            _sandbox = null;
        }
    }

    private void EnsureOwn()
    {
        if (_specification.SharesNetwork || _sandbox is null)
        {
            throw BrigException.Invalid(_specification.Network == "host"
                ? "cannot disconnect container from host network - container was created in host network mode"
                : "container sharing network namespace with another container or host cannot be connected to any other network");
        }
    }

    private void Changed(IReadOnlyList<EndpointRequest> requests)
    {
        // Others change nothing of a running container's row.
        _specification = _specification with { Endpoints = requests };
        _engine.Table.Respecify(_container.Id, _specification);
        WriteResolvConf();
        WriteHosts();
    }

    private void WriteResolvConf()
    {
        string host = ResolvConf.ReadHost();
        NameServers wishes = new(_specification.Dns, _specification.DnsSearch, _specification.DnsOptions);
        string text = _specification.EndpointRequests.Count == 0 ? ResolvConf.ForHost(host, wishes)
            : HasNames ? ResolvConf.ForNames(host, wishes)
            : ResolvConf.ForBridge(host, wishes);

        // What somebody wrote into it in the container stays (semantics.md 77): beside it lies what the engine wrote last.
        if (Files.TryReadText(_files.ResolvConf) is { } now && Files.TryReadText(_files.WrittenResolvConf) is { } before && now != before)
        {
            return;
        }

        Write(_files.ResolvConf, text);
        Write(_files.WrittenResolvConf, text);
    }

    private void WriteHosts()
    {
        List<(string, string)> extra = [.. _specification.ExtraHosts.Select(entry => entry.Split([':', '='], 2)).Select(parts => (parts[0], parts[^1]))];
        if (_specification.Network == "host")
        {
            Write(_files.Hosts, HostsFile.OfHost(Files.TryReadText("/etc/hosts") ?? "", extra));
            return;
        }

        IReadOnlyList<Endpoint> endpoints = _sandbox?.Endpoints ?? [];
        IReadOnlyList<IPAddress> addresses = [.. endpoints.SelectMany(endpoint => (IPAddress?[])[endpoint.Address, endpoint.Address6]).OfType<IPAddress>()];
        bool waits = _sandbox is null && !_specification.SharesNetwork && _specification.EndpointRequests.Count > 0;
        string text = HostsFile.Text(_hostname, _specification.Domainname ?? "", addresses, waits ? [] : extra, HostAddress(endpoints),
            [.. LinkedContainer.Of(_engine, _specification).Select(linked => linked.HostsLine)]);
        Write(_files.Hosts, HasIPv6 ? text : HostsFile.WithoutIPv6(text));
    }

    /// <summary>By which the container reaches the host: in an internal network too, where it is no way out.</summary>
    private static IPAddress? HostAddress(IReadOnlyList<Endpoint> endpoints) =>
        endpoints.SelectMany(endpoint => (IPAddress?[])[endpoint.Gateway, endpoint.Gateway6]).FirstOrDefault(gateway => gateway is not null)
            ?? endpoints.SelectMany(endpoint => endpoint.Network.Pools).Select(pool => pool.GatewayAddress).FirstOrDefault();

    private static void Write(string path, string text)
    {
        using SafeFileHandle file = Files.Open(path, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_TRUNC | OpenFlags.O_NOFOLLOW, 0x1A4);
        Files.WriteAll(file, Encoding.UTF8.GetBytes(text));
    }
}
