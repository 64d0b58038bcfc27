using System.Net.Sockets;

namespace Brig.Networks.Tests;

public sealed class UserNetworkTests : IDisposable
{
    private readonly Machine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Definitions_take_subnets_that_nobody_has()
    {
        Network one = _machine.NewNetwork(new NetworkRequest { Name = "one", IPv6 = true });
        Network two = _machine.NewNetwork(new NetworkRequest { Name = "two", IPv6 = true });
        Assert.Equal("172.18.0.0/20", one.Pools[0].Subnet);
        Assert.Equal("172.18.16.0/20", two.Pools[0].Subnet);
        Assert.Matches("^fd[0-9a-f:]+::/64$", one.Pools[1].Subnet);
        Assert.NotEqual(one.Pools[1].Subnet, two.Pools[1].Subnet);
        Assert.Equal("", _machine.Host.Shell("nft list ruleset"));
        Assert.Equal(one.Id, _machine.Network.Definitions.Find(one.Id[..6]).Id);
        Assert.Equal(["bridge", "host", "none", "one", "two"], _machine.Host.Run(() => _machine.Network.Definitions.All()).Select(network => network.Name));
    }

    [Fact]
    public void Three_hundred_networks_find_subnets()
    {
        for (int number = 0; number < 300; number++)
        {
            _machine.NewNetwork(new NetworkRequest { Name = $"n{number}" });
        }

        IReadOnlyList<Network> all = _machine.Host.Run(() => _machine.Network.Definitions.All());
        Assert.Equal(301, all.SelectMany(network => network.Pools).Select(pool => pool.Subnet).Distinct().Count());
    }

    [Theory]
    [InlineData("one", "10.5.0.0/24", "10.6.0.1", null, "no matching subnet for gateway 10.6.0.1")]
    [InlineData("one", "10.5.0.0/24", null, "10.6.0.0/25", "no matching subnet for range 10.6.0.0/25")]
    [InlineData("one", "10.5.0.0/33", null, null, "invalid CIDR address: 10.5.0.0/33")]
    [InlineData("taken", "10.5.0.0/24", null, null, "network with name taken already exists")]
    [InlineData("one", "10.77.0.128/25", null, null, "Pool overlaps with other one on this address space")]
    [InlineData("host", "10.5.0.0/24", null, null, "operation is not permitted on predefined host network")]
    [InlineData("a b", "10.5.0.0/24", null, null, "invalid network name \"a b\"")]
    public void What_cannot_be_is_refused(string name, string subnet, string? gateway, string? range, string words)
    {
        _machine.NewNetwork(new NetworkRequest { Name = "taken", Pools = [new AddressPool { Subnet = "10.77.0.0/24" }] });
        BrigException error = Assert.Throws<BrigException>(() => _machine.NewNetwork(new NetworkRequest { Name = name, Pools = [new AddressPool { Subnet = subnet, Gateway = gateway, Range = range }] }));
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Addresses_keep_to_the_range_and_leave_out_gateway_and_others()
    {
        _machine.NewNetwork(new NetworkRequest
        {
            Name = "small",
            Pools = [new AddressPool { Subnet = "10.5.0.0/24", Range = "10.5.0.8/29", Gateway = "10.5.0.9", Auxiliary = new Dictionary<string, string> { ["router"] = "10.5.0.10" } }],
        });
        List<string> addresses = [];
        for (int number = 0; number < 6; number++)
        {
            addresses.Add(Join("small").Address.ToString());
        }

        Assert.Equal(["10.5.0.8", "10.5.0.11", "10.5.0.12", "10.5.0.13", "10.5.0.14", "10.5.0.15"], addresses);
        BrigException full = Assert.Throws<BrigException>(() => Join("small"));
        Assert.Contains("no available IPv4 addresses on this network's address pools: small (10.5.0.8/29)", full.Message, StringComparison.Ordinal);
        Assert.Equal("10.5.0.100", Join("small", new EndpointRequest { Network = "small", IPv4Address = "10.5.0.100", MacAddress = "02:00:00:00:00:07" }).Address.ToString());
        BrigException taken = Assert.Throws<BrigException>(() => Join("small", new EndpointRequest { Network = "small", IPv4Address = "10.5.0.100" }));
        Assert.Contains("Address already in use: 10.5.0.100", taken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Both_families_reach_out_and_in()
    {
        _machine.NewNetwork(new NetworkRequest { Name = "dual", IPv6 = true });
        Namespace container = _machine.NewContainer(), other = _machine.NewContainer();
        Attached web = _machine.Attach(container, Machine.NewId(), [new EndpointRequest { Network = "dual" }], "8080:80");
        _machine.Attach(other, Machine.NewId(), [new EndpointRequest { Network = "dual" }]);
        _machine.Keep(new Server(container, "web", ProtocolType.Tcp, 80, "::"));
        _machine.Keep(new Server(_machine.Remote, "remote", ProtocolType.Tcp, 80, "::"));

        Assert.Equal("remote sees 10.99.0.1", Client.Ask(container, "10.99.0.2", 80));
        Assert.Equal("remote sees fd99::1", Client.Ask(container, "fd99::2", 80));
        Assert.Equal("web sees 10.99.0.2", Client.Ask(_machine.Remote, "10.99.0.1", 8080));
        Assert.Equal("web sees fd99::2", Client.Ask(_machine.Remote, "fd99::1", 8080));
        Assert.StartsWith("web sees fd", Client.Ask(other, web.Address6.ToString(), 80), StringComparison.Ordinal);
        Assert.StartsWith("web sees fd", Client.Ask(other, "fd99::1", 8080), StringComparison.Ordinal);
        Assert.StartsWith("web sees fd", Client.Ask(container, "fd99::1", 8080), StringComparison.Ordinal);
        Assert.Equal(["0.0.0.0:8080->80/tcp", "[::]:8080->80/tcp"], web.Ports.Select(port => port.ToString()));

        // By its own address nobody beyond the host reaches it.
        _machine.Remote.Shell($"ip route add {web.Address} via 10.99.0.1 && ip -6 route add {web.Address6} via fd99::1");
        Assert.Null(Client.Ask(_machine.Remote, web.Address.ToString(), 80, milliseconds: 300));
        Assert.Null(Client.Ask(_machine.Remote, web.Address6.ToString(), 80, milliseconds: 300));
    }

    [Fact]
    public void Networks_are_apart_and_internal_ones_closed()
    {
        _machine.NewNetwork(new NetworkRequest { Name = "red" });
        _machine.NewNetwork(new NetworkRequest { Name = "blue" });
        _machine.NewNetwork(new NetworkRequest { Name = "closed", Internal = true });
        Namespace red = _machine.NewContainer(), blue = _machine.NewContainer(), closed = _machine.NewContainer(), closed2 = _machine.NewContainer();
        Attached redAt = _machine.Attach(red, Machine.NewId(), [new EndpointRequest { Network = "red" }], "8080:80");
        Attached blueAt = _machine.Attach(blue, Machine.NewId(), [new EndpointRequest { Network = "blue" }]);
        Attached closedAt = _machine.Attach(closed, Machine.NewId(), [new EndpointRequest { Network = "closed" }], "8081:80");
        _machine.Attach(closed2, Machine.NewId(), [new EndpointRequest { Network = "closed" }]);
        foreach ((Namespace place, string name) in ((Namespace, string)[])[(red, "red"), (blue, "blue"), (closed, "closed")])
        {
            _machine.Keep(new Server(place, name, ProtocolType.Tcp, 80));
        }

        _machine.Keep(new Server(_machine.Remote, "remote", ProtocolType.Tcp, 80));
        Assert.Null(Client.Ask(blue, redAt.Address.ToString(), 80, milliseconds: 300));
        Assert.Null(Client.Ask(red, blueAt.Address.ToString(), 80, milliseconds: 300));
        Assert.StartsWith("red sees ", Client.Ask(blue, "10.99.0.1", 8080), StringComparison.Ordinal);
        Assert.Equal("remote sees 10.99.0.1", Client.Ask(blue, "10.99.0.2", 80));

        Assert.StartsWith("closed sees ", Client.Ask(closed2, closedAt.Address.ToString(), 80), StringComparison.Ordinal);
        Assert.Equal("", closed.Shell("ip route | grep default || true"));
        closed.Shell($"ip route add default via {closedAt.Sandbox.Endpoints[0].Network.Pools[0].GatewayAddress}");
        Assert.Null(Client.Ask(closed, "10.99.0.2", 80, milliseconds: 300));
        Assert.Null(Client.Ask(closed, redAt.Address.ToString(), 80, milliseconds: 300));
        Assert.Null(Client.Ask(closed, "10.99.0.1", 8080, milliseconds: 300));
        Assert.Null(Client.Ask(red, closedAt.Address.ToString(), 80, milliseconds: 300));
        Assert.Empty(closedAt.Ports);
    }

    [Fact]
    public void Containers_that_may_not_talk_do_not()
    {
        _machine.NewNetwork(new NetworkRequest { Name = "quiet", Options = new Dictionary<string, string> { ["com.docker.network.bridge.enable_icc"] = "false" } });
        Namespace one = _machine.NewContainer(), two = _machine.NewContainer();
        _machine.Attach(one, Machine.NewId(), [new EndpointRequest { Network = "quiet" }]);
        Attached second = _machine.Attach(two, Machine.NewId(), [new EndpointRequest { Network = "quiet" }], "8080:80");
        _machine.Keep(new Server(two, "two", ProtocolType.Tcp, 80));
        Assert.Null(Client.Ask(one, second.Address.ToString(), 80, milliseconds: 300));
        Assert.Equal("two sees 10.99.0.2", Client.Ask(_machine.Remote, "10.99.0.1", 8080));
    }

    [Fact]
    public void Several_networks_with_the_way_out_by_priority()
    {
        _machine.NewNetwork(new NetworkRequest { Name = "a" });
        _machine.NewNetwork(new NetworkRequest { Name = "b", IPv6 = true });
        Namespace container = _machine.NewContainer();
        Attached at = _machine.Attach(container, Machine.NewId(),
            [
                new EndpointRequest { Network = "a" },
                new EndpointRequest
                {
                    Network = "b",
                    GatewayPriority = 5,
                    DriverOptions = new Dictionary<string, string> { ["com.docker.network.endpoint.ifname"] = "side", ["com.docker.network.endpoint.sysctls"] = "net.ipv4.conf.IFNAME.log_martians=1" },
                },
            ], "8080:80");
        string routes = container.Shell("ip route");
        Assert.Contains($"default via {at.Sandbox.Endpoints[1].Gateway} dev side", routes, StringComparison.Ordinal);
        Assert.Contains("dev eth0", routes, StringComparison.Ordinal);
        Assert.Contains("default via fd", container.Shell("ip -6 route"), StringComparison.Ordinal);
        Assert.Equal("1", container.Shell("cat /proc/sys/net/ipv4/conf/side/log_martians").Trim());
        _machine.Keep(new Server(container, "web", ProtocolType.Tcp, 80, "::"));
        Assert.Equal("web sees fd99::2", Client.Ask(_machine.Remote, "fd99::1", 8080));

        // The network of the way out is left: the other one takes over routes and ports.
        _machine.Host.Run(() => at.Sandbox.Disconnect(at.Sandbox.Endpoints[1].Network));
        Assert.Contains($"default via {at.Gateway} dev eth0", container.Shell("ip route"), StringComparison.Ordinal);
        Assert.Equal("web sees 10.99.0.2", Client.Ask(_machine.Remote, "10.99.0.1", 8080));
        _machine.Host.Run(() => at.Sandbox.Connect(new EndpointRequest { Network = "b", GatewayPriority = 9 }, []));
        Assert.Contains($"default via {at.Sandbox.Endpoints[1].Gateway} dev eth1", container.Shell("ip route"), StringComparison.Ordinal);
        Assert.Contains("default via fd", container.Shell("ip -6 route"), StringComparison.Ordinal);
        Assert.Throws<BrigException>(() => _machine.Host.Run(() => at.Sandbox.Connect(new EndpointRequest { Network = "b" }, [])));
    }

    [Fact]
    public void Idle_networks_go_one_by_one_and_a_used_one_stays()
    {
        Network red = _machine.NewNetwork(new NetworkRequest { Name = "red" });
        Network blue = _machine.NewNetwork(new NetworkRequest { Name = "blue" });
        string one = Machine.NewId(), two = Machine.NewId();
        _machine.Attach(_machine.NewContainer(), one, [new EndpointRequest { Network = "red" }]);
        _machine.Attach(_machine.NewContainer(), two, [new EndpointRequest { Network = "blue" }]);
        BrigException used = Assert.Throws<BrigException>(() => _machine.Network.Definitions.Remove(blue));
        Assert.Contains("network blue has active endpoints", used.Message, StringComparison.Ordinal);

        _machine.Detach(one);
        _machine.Host.Run(_machine.Network.RemoveIdle);
        Assert.DoesNotContain(red.Bridge, _machine.Host.Shell("ip link; nft list ruleset"), StringComparison.Ordinal);
        Assert.Contains(blue.Bridge, _machine.Host.Shell("nft list ruleset"), StringComparison.Ordinal);
        _machine.Network.Definitions.Remove(red);
        _machine.Detach(two);
        _machine.Host.Run(_machine.Network.RemoveIdle);
        Assert.Equal("", _machine.Host.Shell("nft list ruleset"));
    }

    [Fact]
    public void Flushed_rules_and_a_lost_bridge_come_back_with_a_reload()
    {
        _machine.NewNetwork(new NetworkRequest { Name = "dual", IPv6 = true });
        Namespace one = _machine.NewContainer(), two = _machine.NewContainer();
        Attached web = _machine.Attach(one, Machine.NewId(), [new EndpointRequest { Network = "dual" }], "8080:80");
        _machine.Attach(two, Machine.NewId());
        _machine.Keep(new Server(one, "web", ProtocolType.Tcp, 80, "::"));
        string before = _machine.Host.Shell("nft list ruleset");
        _machine.Host.Shell($"nft flush ruleset; ip link del {web.Sandbox.Endpoints[0].Network.Bridge}");
        Assert.Null(Client.Ask(_machine.Remote, "10.99.0.1", 8080, milliseconds: 300));

        _machine.Host.Run(_machine.Network.Reload);
        Assert.Equal("web sees 10.99.0.2", Client.Ask(_machine.Remote, "10.99.0.1", 8080));
        Assert.Equal("web sees fd99::2", Client.Ask(_machine.Remote, "fd99::1", 8080));
        Assert.Equal(before, _machine.Host.Shell("nft list ruleset"));
    }

    [Fact]
    public void Macvlan_has_addresses_of_its_own_on_the_uplink()
    {
        _machine.NewNetwork(new NetworkRequest
        {
            Name = "lan",
            Driver = "macvlan",
            Options = new Dictionary<string, string> { ["parent"] = "up0" },
            Pools = [new AddressPool { Subnet = "10.99.0.0/24", Range = "10.99.0.64/26", Gateway = "10.99.0.2" }],
        });
        Namespace one = _machine.NewContainer(), two = _machine.NewContainer();
        string id = Machine.NewId();
        Attached first = _machine.Attach(one, id, [new EndpointRequest { Network = "lan", MacAddress = "02:11:22:33:44:55" }]);
        _machine.Attach(two, Machine.NewId(), [new EndpointRequest { Network = "lan" }]);
        _machine.Keep(new Server(one, "one", ProtocolType.Tcp, 80));
        _machine.Keep(new Server(_machine.Remote, "remote", ProtocolType.Tcp, 80));
        Assert.Contains("02:11:22:33:44:55", one.Shell("ip link show eth0"), StringComparison.Ordinal);
        Assert.Equal("one sees 10.99.0.2", Client.Ask(_machine.Remote, first.Address.ToString(), 80));
        Assert.Equal("one sees 10.99.0.65", Client.Ask(two, first.Address.ToString(), 80));
        Assert.Equal("remote sees 10.99.0.64", Client.Ask(one, "10.99.0.2", 80));
        Assert.Equal("", _machine.Host.Shell("nft list ruleset"));
        _machine.Host.Run(() => first.Sandbox.Disconnect(first.Sandbox.Endpoints[0].Network));
        Assert.DoesNotContain("eth0", one.Shell("ip -o link"), StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_are_kept_for_other_networks()
    {
        Network settings = _machine.NewNetwork(new NetworkRequest { Name = "settings", ConfigOnly = true, Labels = new Dictionary<string, string> { ["a"] = "1", ["b"] = "1" }, Options = new Dictionary<string, string> { ["parent"] = "up0" }, Pools = [new AddressPool { Subnet = "10.99.0.0/24", Range = "10.99.0.64/26", Gateway = "10.99.0.2" }] });
        Network lan = _machine.NewNetwork(new NetworkRequest { Name = "lan", Driver = "macvlan", ConfigFrom = "settings", Labels = new Dictionary<string, string> { ["b"] = "2" } });
        Assert.Equal(("10.99.0.0/24", "up0", "1", "2", "settings"), (lan.Pools[0].Subnet, lan.Options["parent"], lan.Labels["a"], lan.Labels["b"], lan.ConfigFrom));
        Assert.Equal("10.99.0.64", Join("lan").Address.ToString());
        foreach ((NetworkRequest request, string words) in ((NetworkRequest, string)[])
        [
            (new NetworkRequest { Name = "x", ConfigFrom = "nobody" }, "configuration network nobody not found"),
            (new NetworkRequest { Name = "x", ConfigFrom = "lan" }, "network lan is not a configuration only network (network create --config-only)"),
            (new NetworkRequest { Name = "x", ConfigFrom = "settings", IPv6 = true }, "user specified configurations are not supported if the network depends on a configuration network"),
            (new NetworkRequest { Name = "x", ConfigFrom = "settings", ConfigOnly = true }, "a configuration network cannot depend on another configuration network"),
        ])
        {
            Assert.Equal(words, Assert.Throws<BrigException>(() => _machine.NewNetwork(request)).Message);
        }

        Assert.Equal("cannot create endpoint on a configuration-only network (settings)", Assert.Throws<BrigException>(() => Join("settings")).Message);
        Assert.Equal("configuration network \"settings\" is in use (network lan)", Assert.Throws<BrigException>(() => _machine.Network.Definitions.Remove(settings)).Message);
    }

    private Attached Join(string network, EndpointRequest? request = null) => _machine.Attach(_machine.NewContainer(), Machine.NewId(), [request ?? new EndpointRequest { Network = network }]);
}
