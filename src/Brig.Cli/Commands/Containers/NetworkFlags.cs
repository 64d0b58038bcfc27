using System.Globalization;
using System.Net;
using Brig.Cli.Flags;
using Brig.Containers.Specifications;
using Brig.Networks;

namespace Brig.Cli.Commands.Containers;

/// <summary>The flags of <c>run</c> and <c>create</c> that tell of networks and names.</summary>
internal sealed class NetworkFlags
{
    private readonly ListFlag _addHost;
    private readonly ListFlag _alias;
    private readonly ListFlag _dns;
    private readonly ListFlag _dnsOption;
    private readonly ListFlag _dnsSearch;
    private readonly ListFlag _expose;
    private readonly StringFlag _ip;
    private readonly StringFlag _ip6;
    private readonly ListFlag _link;
    private readonly ListFlag _linkLocal;
    private readonly StringFlag _mac;
    private readonly ListFlag _network;
    private readonly ListFlag _publish;

    public NetworkFlags(FlagSet flags)
    {
        _addHost = flags.List("add-host", "list", "Add a custom host-to-IP mapping (host:ip)", CheckHost);
        _dns = flags.List("dns", "list", "Set custom DNS servers", CheckServer);
        _dnsOption = flags.List("dns-option", "list", "Set DNS options");
        flags.Alias("dns-opt", _dnsOption);
        _dnsSearch = flags.List("dns-search", "list", "Set custom DNS search domains");
        _expose = flags.List("expose", "list", "Expose a port or a range of ports");
        _ip = flags.String("ip", "IPv4 address (e.g., 172.30.100.104)");
        _ip6 = flags.String("ip6", "IPv6 address (e.g., 2001:db8::33)");
        _link = flags.List("link", "list", "Add link to another container");
        _linkLocal = flags.List("link-local-ip", "list", "Container IPv4/IPv6 link-local addresses");
        _mac = flags.String("mac-address", "Container MAC address (e.g., 92:d0:c6:0a:29:33)");
        _network = flags.List("network", "network", "Connect a container to a network");
        flags.Alias("net", _network);
        _alias = flags.List("network-alias", "list", "Add network-scoped alias for the container");
        flags.Alias("net-alias", _alias);
        _publish = flags.List("publish", 'p', "list", "Publish a container's port(s) to the host");
        PublishAll = flags.Bool("publish-all", 'P', "Publish all exposed ports to random ports");
    }

    public BoolFlag PublishAll { get; }

    /// <summary>The specification with what these flags say.</summary>
    public ContainerSpecification Apply(ContainerSpecification specification)
    {
        (string mode, IReadOnlyList<EndpointRequest>? endpoints) = Endpoints();
        return specification with
        {
            Network = mode,
            Endpoints = endpoints,
            Links = endpoints is null ? _link.Values : [],
            Ports = [.. _publish.Values.Select(CheckPort)],
            Dns = _dns.Values,
            DnsOptions = _dnsOption.Values,
            DnsSearch = _dnsSearch.Values,
            ExtraHosts = _addHost.Values,
            ExposedPorts = [.. _expose.Values.SelectMany(ExposedPorts.Parse)],
        };
    }

    private (string Mode, IReadOnlyList<EndpointRequest>? Endpoints) Endpoints()
    {
        List<EndpointRequest> requests = [.. _network.Values.Select(NetworkText.Parse)];
        string mode = requests.Count == 0 || requests[0].Network is "default" ? Network.DefaultName : requests[0].Network;
        bool alone = mode is "host" or "none" || mode.StartsWith(ContainerSpecification.ContainerNetworkPrefix, StringComparison.Ordinal);
        if (requests.Count > 1 && requests.Exists(request => request.Network is "host" or "none" || request.Network.StartsWith(ContainerSpecification.ContainerNetworkPrefix, StringComparison.Ordinal)))
        {
            throw BrigException.Invalid("conflicting options: cannot attach both user-defined and non-user-defined network-modes");
        }

        EndpointRequest first = (requests.Count > 0 ? requests[0] : new EndpointRequest { Network = mode }) with { Network = mode };
        EndpointRequest whole = WithOldFlags(first);
        if (whole == first && requests.Count <= 1 && (mode == Network.DefaultName || alone))
        {
            return (mode, null);
        }

        if (alone)
        {
            throw BrigException.Invalid(whole.IPv4Address is not null || whole.IPv6Address is not null
                ? "conflicting options: user specified IP address is supported on user defined networks only"
                : whole.Aliases.Count > 0 ? "conflicting options: network-scoped alias is supported only for containers in user defined networks"
                : whole.Links.Count > 0 ? $"conflicting options: {mode} type networking can't be used with links. This would result in undefined behavior"
                : $"conflicting options: network settings and the network mode {mode}");
        }

        return (mode, [whole, .. requests.Skip(1)]);
    }

    /// <summary>Docker's flags from before there were several networks speak of the first one.</summary>
    private EndpointRequest WithOldFlags(EndpointRequest first)
    {
        bool isDefault = first.Network == Network.DefaultName;
        Refuse(_alias.Values.Count > 0 && first.Aliases.Count > 0, "network-alias");
        Refuse(_ip.IsSet && first.IPv4Address is not null, "ip");
        Refuse(_ip6.IsSet && first.IPv6Address is not null, "ip6");
        Refuse(_mac.IsSet && first.MacAddress is not null, "mac-address");
        Refuse(_linkLocal.Values.Count > 0 && first.LinkLocalAddresses.Count > 0, "link-local-ip");
        EndpointRequest whole = first;
        whole = _alias.Values.Count > 0 ? whole with { Aliases = _alias.Values } : whole;
        whole = _link.Values.Count > 0 && !isDefault ? whole with { Links = _link.Values } : whole;
        whole = _ip.IsSet ? whole with { IPv4Address = _ip.Value } : whole;
        whole = _ip6.IsSet ? whole with { IPv6Address = _ip6.Value } : whole;
        whole = _mac.IsSet ? whole with { MacAddress = HardwareAddress.Normalise(_mac.Value) } : whole;
        return _linkLocal.Values.Count > 0 ? whole with { LinkLocalAddresses = _linkLocal.Values } : whole;
    }

    private static void Refuse(bool twice, string name)
    {
        if (twice)
        {
            throw BrigException.Invalid($"conflicting options: cannot specify both --{name} and per-network {name}");
        }
    }

    private static string CheckHost(string text)
    {
        int at = text.IndexOfAny([':', '=']);
        if (at <= 0)
        {
            throw BrigException.Invalid($"bad format for add-host: \"{Oci.Text.Quote(text)}\"");
        }

        string address = text[(at + 1)..].Trim('[', ']');
        return address == "host-gateway" || IPAddress.TryParse(address, out _) ? text : throw BrigException.Invalid($"invalid IP address in add-host: \"{Oci.Text.Quote(address)}\"");
    }

    private static string CheckServer(string text) =>
        IPAddress.TryParse(text.Trim(), out IPAddress? address) ? address.ToString() : throw BrigException.Invalid($"{Oci.Text.Quote(text)} is not an ip address");

    private static string CheckPort(string text)
    {
        _ = PortMapping.Parse(text);
        return text;
    }
}
