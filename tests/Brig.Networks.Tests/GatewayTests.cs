using System.Net.Sockets;

namespace Brig.Networks.Tests;

/// <summary>Gateway modes, trusted interfaces and the other options of a bridge network, as a host beside the machine meets them.</summary>
public sealed class GatewayTests : IDisposable
{
    private const string Mode4 = "com.docker.network.bridge.gateway_mode_ipv4", Mode6 = "com.docker.network.bridge.gateway_mode_ipv6", Subnet4 = "10.50.0.0/24", Subnet6 = "fd50::/64";

    private readonly Machine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Routed_networks_are_reached_at_the_containers_own_addresses_by_published_ports()
    {
        Attached web = Web("routed", (Mode4, "routed"), (Mode6, "routed"));
        RouteThere();
        Assert.Equal("web sees 10.99.0.2", AskRemote(web.Address.ToString(), 80));
        Assert.Equal("web sees fd99::2", AskRemote(web.Address6.ToString(), 80));
        Assert.Null(Client.Ask(_machine.Remote, web.Address.ToString(), 81, milliseconds: 300));
        Assert.Null(Client.Ask(_machine.Remote, web.Address6.ToString(), 81, milliseconds: 300));

        // No port of the host leads there, and none is taken.
        Assert.Null(Client.Ask(_machine.Remote, "10.99.0.1", 8080, milliseconds: 300));
        Assert.DoesNotContain(":8080", _machine.Host.Shell("ss -Hltn"), StringComparison.Ordinal);
        Assert.Equal(["0.0.0.0:0->80/tcp", "[::]:0->80/tcp"], web.Ports.Select(port => port.ToString()));

        // What leaves has the container's own address; ping comes in.
        Assert.Equal($"remote sees {web.Address}", Client.Ask(_web!, "10.99.0.2", 80));
        Assert.Equal($"remote sees {web.Address6}", Client.Ask(_web!, "fd99::2", 80));
        Assert.Contains(" 0% packet loss", _machine.Remote.Shell($"ping -c 1 -W 10 {web.Address} && ping -c 1 -W 10 {web.Address6}"), StringComparison.Ordinal);

        // Other networks reach it so too, by the same ports.
        Namespace other = _machine.NewContainer();
        _machine.Attach(other, Machine.NewId());
        Assert.Equal($"web sees {web.Gateway}", Client.Ask(other, web.Address.ToString(), 80));
        Assert.Null(Client.Ask(other, web.Address.ToString(), 81, milliseconds: 300));
    }

    [Fact]
    public void One_family_is_routed_and_the_other_translated()
    {
        Attached web = Web("mixed", (Mode6, "routed"));
        RouteThere();
        Assert.Equal("web sees 10.99.0.2", AskRemote("10.99.0.1", 8080));
        Assert.Null(Client.Ask(_machine.Remote, web.Address.ToString(), 80, milliseconds: 300));
        Assert.Equal("web sees fd99::2", AskRemote(web.Address6.ToString(), 80));
        Assert.Null(Client.Ask(_machine.Remote, "fd99::1", 8080, milliseconds: 300));
        Assert.Equal("remote sees 10.99.0.1", Client.Ask(_web!, "10.99.0.2", 80));
        Assert.Equal(["0.0.0.0:8080->80/tcp", "[::]:0->80/tcp"], web.Ports.Select(port => port.ToString()));
    }

    [Fact]
    public void Unprotected_networks_are_reached_by_any_port_but_not_from_other_networks()
    {
        Attached web = Web("open", (Mode4, "nat-unprotected"), (Mode6, "nat-unprotected"));
        RouteThere();
        Assert.Equal("web sees 10.99.0.2", AskRemote(web.Address.ToString(), 81));
        Assert.Equal("web sees fd99::2", AskRemote(web.Address6.ToString(), 81));
        Assert.Equal("web sees 10.99.0.2", AskRemote("10.99.0.1", 8080));
        Assert.Equal("remote sees 10.99.0.1", Client.Ask(_web!, "10.99.0.2", 80));
        Namespace other = _machine.NewContainer();
        _machine.Attach(other, Machine.NewId());
        Assert.Null(Client.Ask(other, web.Address.ToString(), 81, milliseconds: 300));
        Assert.Equal([$"{web.Address} 0", $"{web.Address6} 0"], _machine.Network.DirectWays(_id).Select(way => $"{way.Address} {way.Port}"));
    }

    [Fact]
    public void Isolated_networks_do_not_reach_even_the_host()
    {
        _machine.NewNetwork(new NetworkRequest { Name = "alone", IPv6 = true, Internal = true, Options = Options((Mode4, "isolated"), (Mode6, "isolated")) });
        Namespace one = _machine.NewContainer(), two = _machine.NewContainer();
        Attached first = _machine.Attach(one, Machine.NewId(), [new EndpointRequest { Network = "alone" }]);
        _machine.Attach(two, Machine.NewId(), [new EndpointRequest { Network = "alone" }]);
        _machine.Keep(new Server(one, "one", ProtocolType.Tcp, 80, "::"));
        Assert.StartsWith("one sees ", Client.Ask(two, first.Address.ToString(), 80), StringComparison.Ordinal);
        Assert.StartsWith("one sees ", Client.Ask(two, first.Address6.ToString(), 80), StringComparison.Ordinal);
        Assert.DoesNotContain("inet", _machine.Host.Shell($"ip addr show {first.Sandbox.Endpoints[0].Network.Bridge}"), StringComparison.Ordinal);
        Assert.Null(Client.Ask(_machine.Host, first.Address.ToString(), 80, milliseconds: 300));
        BrigException error = Assert.Throws<BrigException>(() => _machine.NewNetwork(new NetworkRequest { Name = "no", Options = Options((Mode4, "isolated")) }));
        Assert.Equal("gateway mode 'isolated' can only be used for an internal network", error.Message);
    }

    [Fact]
    public void Trusted_interfaces_reach_published_ports_at_the_containers_own_addresses()
    {
        using Namespace stranger = new();
        _machine.Host.Shell($"ip link add up1 type veth peer name eth0 netns {stranger.Pid} && ip addr add 10.98.0.1/24 dev up1 && ip link set up1 up");
        stranger.Shell("ip addr add 10.98.0.2/24 dev eth0 && ip link set eth0 up && ip route add default via 10.98.0.1");
        Attached web = Web("trusting", ("com.docker.network.bridge.trusted_host_interfaces", "wg7:up0"));
        RouteThere();
        Assert.Equal("web sees 10.99.0.2", AskRemote(web.Address.ToString(), 80));
        Assert.Equal("web sees fd99::2", AskRemote(web.Address6.ToString(), 80));
        Assert.Null(Client.Ask(_machine.Remote, web.Address.ToString(), 81, milliseconds: 300));
        Assert.Null(Client.Ask(stranger, web.Address.ToString(), 80, milliseconds: 300));
        Assert.Equal("web sees 10.98.0.2", Client.Ask(stranger, "10.98.0.1", 8080));
        Assert.Equal([$"{web.Address} 80 wg7,up0", $"{web.Address6} 80 wg7,up0"], _machine.Network.DirectWays(_id).Select(way => $"{way.Address} {way.Port} {way.From}"));
        Assert.Equal(2, web.Ports.Count);
    }

    [Fact]
    public void Ways_in_follow_the_container_and_are_taken_back()
    {
        Attached web = Web("routed", (Mode4, "routed"), (Mode6, "routed"));
        RouteThere();
        Network routed = web.Sandbox.Endpoints[0].Network;
        _machine.NewNetwork(new NetworkRequest { Name = "z" });
        _machine.Host.Run(() => web.Sandbox.Connect(new EndpointRequest { Network = "z" }, []));

        // Left, the other network takes over: translated there.
        _machine.Host.Run(() => web.Sandbox.Disconnect(routed));
        Assert.Equal("web sees 10.99.0.2", AskRemote("10.99.0.1", 8080));
        Assert.DoesNotContain(Subnet4[..7], _machine.Host.Shell("nft list set inet $(nft list tables | cut -d' ' -f3) open"), StringComparison.Ordinal);
        Assert.Empty(_machine.Network.DirectWays(_id));

        // A rule that nobody accounts for is found.
        Assert.Empty(_machine.Host.Run(() => _machine.Network.Orphans(_ => true)));
        _machine.Host.Shell("nft add element inet $(nft list tables | cut -d' ' -f3) open '{ 10.50.0.9 . tcp . 80 }'");
        Assert.Equal(["published port 10.50.0.9:80/tcp of no container"], _machine.Host.Run(() => _machine.Network.Orphans(_ => true)));
        _machine.Host.Run(() => _machine.Network.Repair(_ => true));
        Assert.Empty(_machine.Host.Run(() => _machine.Network.Orphans(_ => true)));
    }

    [Fact]
    public void Two_containers_publish_the_same_routed_port_and_come_back_with_a_reload()
    {
        Attached web = Web("routed", (Mode4, "routed"), (Mode6, "routed"));
        Namespace second = _machine.NewContainer();
        Attached twin = _machine.Attach(second, Machine.NewId(), [new EndpointRequest { Network = "routed" }], "80");
        _machine.Keep(new Server(second, "twin", ProtocolType.Tcp, 80));
        RouteThere();
        string before = _machine.Host.Shell("nft list ruleset");
        _machine.Host.Shell("nft flush ruleset");
        _machine.Host.Run(_machine.Network.Reload);
        Assert.Equal(before, _machine.Host.Shell("nft list ruleset"));
        Assert.Equal("web sees 10.99.0.2", AskRemote(web.Address.ToString(), 80));
        Assert.Equal("twin sees 10.99.0.2", AskRemote(twin.Address.ToString(), 80));
    }

    [Fact]
    public void A_mode_that_is_changed_holds_for_what_starts_then()
    {
        Network network = _machine.NewNetwork(new NetworkRequest { Name = "n", Pools = [new AddressPool { Subnet = Subnet4 }] });
        Namespace first = _machine.NewContainer(), second = _machine.NewContainer();
        _machine.Attach(first, Machine.NewId(), [new EndpointRequest { Network = "n" }], "8080:80");
        _machine.Host.Run(() => _machine.Network.Update(network, new Dictionary<string, string?> { [Mode4] = "routed" }));
        Attached later = _machine.Attach(second, Machine.NewId(), [new EndpointRequest { Network = "n" }], "80");
        _machine.Keep(new Server(second, "later", ProtocolType.Tcp, 80));
        RouteThere();
        Assert.Equal("later sees 10.99.0.2", AskRemote(later.Address.ToString(), 80));
    }

    [Fact]
    public void A_network_without_masquerading_leaves_with_its_own_addresses()
    {
        Attached web = Web("plain", ("com.docker.network.bridge.enable_ip_masquerade", "false"));
        RouteThere();
        Assert.Equal($"remote sees {web.Address}", Client.Ask(_web!, "10.99.0.2", 80));
        Assert.Equal($"remote sees {web.Address6}", Client.Ask(_web!, "fd99::2", 80));
        Assert.Equal("web sees 10.99.0.2", AskRemote("10.99.0.1", 8080));
    }

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1:8080->80/tcp")]
    [InlineData("fd99::1", "[fd99::1]:8080->80/tcp")]
    [InlineData("::", "[::]:8080->80/tcp")]
    [InlineData("0.0.0.0", "0.0.0.0:8080->80/tcp [::]:8080->80/tcp")]
    public void Ports_without_an_address_are_bound_where_the_network_says(string binding, string ports)
    {
        Attached web = Web("bound", ("com.docker.network.bridge.host_binding_ipv4", binding));
        Assert.Equal(ports, string.Join(' ', web.Ports));
    }

    [Fact]
    public void A_bridge_without_the_gateways_address_leaves_it_to_others()
    {
        Attached web = Web("inhibited", ("com.docker.network.bridge.inhibit_ipv4", "true"));
        string bridge = web.Sandbox.Endpoints[0].Network.Bridge;
        Assert.DoesNotContain("inet ", _machine.Host.Shell($"ip addr show {bridge}"), StringComparison.Ordinal);
        Assert.Contains("default via 10.50.0.1 dev eth0", _web!.Shell("ip route"), StringComparison.Ordinal);
        Assert.Equal("remote sees fd99::1", Client.Ask(_web!, "fd99::2", 80));
        Assert.Null(Client.Ask(_web!, "10.99.0.2", 80, milliseconds: 300));
        _machine.Host.Shell($"ip addr add 10.50.0.1/24 dev {bridge}");
        Assert.Equal("remote sees 10.99.0.1", Client.Ask(_web!, "10.99.0.2", 80));
    }

    [Fact]
    public void The_way_out_may_be_another_than_the_bridge()
    {
        _machine.NewNetwork(new NetworkRequest { Name = "n", Pools = [new AddressPool { Subnet = Subnet4, Auxiliary = new Dictionary<string, string> { ["DefaultGatewayIPv4"] = "10.50.0.254" } }] });
        Namespace place = _machine.NewContainer();
        Attached at = _machine.Attach(place, Machine.NewId(), [new EndpointRequest { Network = "n" }]);
        Assert.Equal("10.50.0.254", at.Gateway.ToString());
        Assert.Contains("default via 10.50.0.254 dev eth0", place.Shell("ip route"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_bridge_that_somebody_else_made_is_used_and_stays()
    {
        _machine.Host.Shell("ip link add mine type bridge && ip link set mine up");
        string id = Machine.NewId();
        _machine.NewNetwork(new NetworkRequest { Name = "n", Options = Options(("com.docker.network.bridge.name", "mine"), ("com.docker.network.container_iface_prefix", "lan"), ("com.docker.network.driver.mtu", "1400")) });
        _machine.NewNetwork(new NetworkRequest { Name = "other" });
        Namespace place = _machine.NewContainer();
        _machine.Attach(place, id, [new EndpointRequest { Network = "n" }], "8080:80");
        _machine.Attach(_machine.NewContainer(), Machine.NewId(), [new EndpointRequest { Network = "other" }]);
        _machine.Keep(new Server(place, "web", ProtocolType.Tcp, 80));
        Assert.Equal("web sees 10.99.0.2", AskRemote("10.99.0.1", 8080));
        Assert.Contains("mtu 1400", place.Shell("ip link show lan0"), StringComparison.Ordinal);
        Assert.Empty(_machine.Host.Run(() => _machine.Network.Orphans(_ => true)));
        _machine.Detach(id);
        _machine.Host.Run(_machine.Network.RemoveIdle);
        Assert.DoesNotContain("\"mine\"", _machine.Host.Shell("nft list ruleset"), StringComparison.Ordinal);
        Assert.Contains("mine", _machine.Host.Shell("ip -o link show type bridge"), StringComparison.Ordinal);

        _machine.NewNetwork(new NetworkRequest { Name = "wrong", Options = Options(("com.docker.network.bridge.name", "up0")) });
        BrigException error = Assert.Throws<BrigException>(() => _machine.Attach(_machine.NewContainer(), Machine.NewId(), [new EndpointRequest { Network = "wrong" }]));
        Assert.Equal("network wrong: the host's interface up0 is no bridge", error.Message);
    }

    [Fact]
    public void Options_that_cannot_be_are_refused()
    {
        foreach ((string name, string value, string words) in ((string, string, string)[])
        [
            (Mode4, "bridge", "(nat, nat-unprotected, routed, isolated)"),
            ("com.docker.network.driver.mtu", "67", "(68 to 65535; 0 follows the uplink)"),
            ("com.docker.network.bridge.host_binding_ipv4", "here", "(an address of the host)"),
            ("com.docker.network.bridge.trusted_host_interfaces", "a/b", "(names of interfaces with colons between them)"),
            ("com.docker.network.bridge.inhibit_ipv4", "maybe", "(true or false)"),
            ("com.docker.network.bridge.name", "a-name-too-long-for-it", "(a name for an interface)"),
            ("com.docker.network.bridge.colour", "red", "network option com.docker.network.bridge.colour is not supported"),
        ])
        {
            BrigException error = Assert.Throws<BrigException>(() => _machine.NewNetwork(new NetworkRequest { Name = "n", Options = Options((name, value)) }));
            Assert.Contains(words, error.Message, StringComparison.Ordinal);
        }

        BrigException narrow = Assert.Throws<BrigException>(() => _machine.NewNetwork(new NetworkRequest { Name = "n", IPv6 = true, Options = Options(("com.docker.network.driver.mtu", "1000")) }));
        Assert.Contains("(1280 to 65535, as IPv6 needs; 0 follows the uplink)", narrow.Message, StringComparison.Ordinal);
        Network both = _machine.NewNetwork(new NetworkRequest { Name = "both", Options = Options(("com.docker.network.enable_ipv6", "true"), ("com.docker.network.driver.mtu", "0")) });
        Assert.Equal((true, true, 2), (both.IPv4, both.IPv6, both.Pools.Count));
        Network six = _machine.NewNetwork(new NetworkRequest { Name = "six", IPv6 = true, Options = Options(("com.docker.network.enable_ipv4", "false")) });
        Assert.Equal((false, true, 1), (six.IPv4, six.IPv6, six.Pools.Count));
    }

    private Namespace? _web;
    private string _id = "";

    /// <summary>A container with servers at ports 80 and 81, of which 80 is published as 8080; a server at the remote's port 80.</summary>
    private Attached Web(string network, params (string Name, string Value)[] options)
    {
        _machine.NewNetwork(new NetworkRequest { Name = network, IPv6 = true, Options = Options(options), Pools = [new AddressPool { Subnet = Subnet4 }, new AddressPool { Subnet = Subnet6 }] });
        _web = _machine.NewContainer();
        _id = Machine.NewId();
        Attached web = _machine.Attach(_web, _id, [new EndpointRequest { Network = network }], "8080:80");
        _machine.Keep(new Server(_web, "web", ProtocolType.Tcp, 80, "::"));
        _machine.Keep(new Server(_web, "web", ProtocolType.Tcp, 81, "::"));
        _machine.Keep(new Server(_machine.Remote, "remote", ProtocolType.Tcp, 80, "::"));
        return web;
    }

    private void RouteThere() => _machine.Remote.Shell($"ip route add {Subnet4} via 10.99.0.1 && ip -6 route add {Subnet6} via fd99::1");

    private string? AskRemote(string address, int port) => Client.Ask(_machine.Remote, address, port);

    private static Dictionary<string, string> Options(params (string Name, string Value)[] options) => options.ToDictionary(option => option.Name, option => option.Value);
}
