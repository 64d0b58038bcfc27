using System.Net.Sockets;

namespace Brig.Networks.Tests;

/// <summary>
/// macvlan and ipvlan networks, over a link of the host, over a VLAN of one, and over nothing. What the kernel has no driver for must be
/// refused in one line: tests/vm runs the same tests on a kernel that has them all.
/// </summary>
public sealed class LanTests : IDisposable
{
    private readonly Machine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Theory]
    [InlineData("bridge", "one sees 10.99.0.65")]
    [InlineData("private", null)]
    [InlineData("vepa", null)]
    public void Macvlan_modes_say_who_talks_to_whom(string mode, string? between)
    {
        Lan("macvlan", "10.99.0.0/24", "10.99.0.64/26", ("parent", "up0"), ("macvlan_mode", mode));
        (Namespace one, Attached first) = Join();
        (Namespace two, _) = Join();
        Serve(one, "one");
        Serve(_machine.Remote, "remote");
        Assert.Equal("remote sees 10.99.0.65", Client.Ask(two, "10.99.0.2", 80));
        Assert.Equal("one sees 10.99.0.2", Client.Ask(_machine.Remote, first.Address.ToString(), 80));
        Assert.Equal(between, Client.Ask(two, first.Address.ToString(), 80, milliseconds: between is null ? 300 : 30_000));
    }

    [Fact]
    public void Macvlan_passthru_takes_one_container()
    {
        Lan("macvlan", "10.98.0.0/24", null, ("parent", "spare"), ("macvlan_mode", "passthru"));
        Join();
        BrigException second = Assert.Throws<BrigException>(() => Join());
        Assert.Equal("network lan: spare has its one container (macvlan_mode=passthru), or other links lie over it", second.Message);
    }

    [Theory]
    [InlineData("macvlan")]
    [InlineData("ipvlan")]
    public void Without_a_parent_containers_reach_each_other_and_nothing_else(string driver)
    {
        Network lan = _machine.NewNetwork(new NetworkRequest { Name = "lan", Driver = driver, IPv6 = true });
        Assert.True(lan.Internal);
        string id = Machine.NewId();
        Namespace one = _machine.NewContainer(), two = _machine.NewContainer();
        Attached first = _machine.Attach(one, id, [new EndpointRequest { Network = "lan" }], "8080:80");
        _machine.Attach(two, Machine.NewId(), [new EndpointRequest { Network = "lan" }]);
        Serve(one, "one");
        Assert.StartsWith("one sees ", Client.Ask(two, first.Address.ToString(), 80), StringComparison.Ordinal);
        Assert.StartsWith("one sees ", Client.Ask(two, first.Address6.ToString(), 80), StringComparison.Ordinal);
        Assert.Equal("", one.Shell("ip route | grep default || true"));
        Assert.Null(Client.Ask(_machine.Host, first.Address.ToString(), 80, milliseconds: 300));
        Assert.Empty(first.Ports);
        Assert.Empty(_machine.Host.Run(() => _machine.Network.Orphans(_ => true)));
        _machine.Host.Run(() => _machine.Network.Repair(_ => false));
        Assert.Equal("", _machine.Host.Shell("ip -o link show type bridge; nft list ruleset"));
    }

    [Fact]
    public void Vlans_are_made_on_demand_and_go_with_their_last_container()
    {
        bool known = Kernel("vlan", "id 100");
        Vlan("first", "10.60.0.0/24");
        Vlan("second", "10.61.0.0/24");
        Assert.DoesNotContain("up0.100", _machine.Host.Shell("ip -o link"), StringComparison.Ordinal);
        string one = Machine.NewId(), two = Machine.NewId();
        Namespace place = _machine.NewContainer(), other = _machine.NewContainer();
        if (!known)
        {
            BrigException refused = Assert.Throws<BrigException>(() => _machine.Attach(place, one, [new EndpointRequest { Network = "first" }]));
            Assert.Equal((ErrorKind.Unsupported, "network first: this kernel has no VLANs (modprobe 8021q)"), (refused.Kind, refused.Message));
            Assert.Empty(_machine.Host.Run(() => _machine.Network.Orphans(_ => false)));
            return;
        }

        _machine.Remote.Shell("ip link add link eth0 name eth0.100 type vlan id 100 && ip addr add 10.60.0.1/24 dev eth0.100 && ip addr add 10.61.0.1/24 dev eth0.100 && ip link set eth0.100 up");
        Serve(_machine.Remote, "remote");
        _machine.Attach(place, one, [new EndpointRequest { Network = "first" }]);
        _machine.Attach(other, two, [new EndpointRequest { Network = "second" }]);
        Assert.Equal("remote sees 10.60.0.2", Client.Ask(place, "10.60.0.1", 80));
        Assert.Equal("remote sees 10.61.0.2", Client.Ask(other, "10.61.0.1", 80));
        Assert.Contains("vlan protocol 802.1Q id 100", _machine.Host.Shell("ip -d link show up0.100"), StringComparison.Ordinal);
        Assert.Equal("", _machine.Host.Shell("nft list ruleset"));
        Assert.Empty(_machine.Host.Run(() => _machine.Network.Orphans(_ => true)));

        _machine.Host.Run(() => _machine.Network.Evict(one));
        _machine.Host.Run(_machine.Network.RemoveIdle);
        Assert.Contains("up0.100", _machine.Host.Shell("ip -o link"), StringComparison.Ordinal);
        _machine.Host.Run(() => _machine.Network.Evict(two));
        _machine.Host.Run(_machine.Network.RemoveIdle);
        Assert.DoesNotContain("up0.100", _machine.Host.Shell("ip -o link"), StringComparison.Ordinal);

        // One that is there already is somebody's.
        _machine.Host.Shell("ip link add link up0 name up0.100 type vlan id 100 && ip link set up0.100 up");
        Namespace third = _machine.NewContainer();
        _machine.Attach(third, one, [new EndpointRequest { Network = "first" }]);
        Assert.StartsWith("remote sees 10.60.0.", Client.Ask(third, "10.60.0.1", 80), StringComparison.Ordinal);
        _machine.Host.Run(() => _machine.Network.Evict(one));
        _machine.Host.Run(_machine.Network.RemoveIdle);
        Assert.Contains("up0.100", _machine.Host.Shell("ip -o link"), StringComparison.Ordinal);
    }

    [Fact]
    public void Ipvlan_l2_has_addresses_beside_the_host()
    {
        Lan("ipvlan", "10.99.0.0/24", "10.99.0.64/26", ("parent", "up0"));
        if (Refused("ipvlan"))
        {
            return;
        }

        (Namespace one, Attached first) = Join();
        (Namespace two, Attached second) = Join();
        Serve(one, "one");
        Serve(_machine.Remote, "remote");
        Assert.Equal("one sees 10.99.0.2", Client.Ask(_machine.Remote, first.Address.ToString(), 80));
        Assert.Equal("one sees 10.99.0.65", Client.Ask(two, first.Address.ToString(), 80));
        Assert.Equal("remote sees 10.99.0.64", Client.Ask(one, "10.99.0.2", 80));
        Assert.Contains("default via 10.99.0.2 dev eth0", one.Shell("ip route"), StringComparison.Ordinal);
        Assert.Equal(one.Shell("cat /sys/class/net/eth0/address 2>/dev/null; ip -o link show eth0 | grep -o 'ether [0-9a-f:]*'"), two.Shell("cat /sys/class/net/eth0/address 2>/dev/null; ip -o link show eth0 | grep -o 'ether [0-9a-f:]*'"));
        Assert.Equal("", second.MacAddress);
        Assert.Equal("", _machine.Host.Shell("nft list ruleset"));
        _machine.Host.Run(() => first.Sandbox.Disconnect(first.Sandbox.Endpoints[0].Network));
        Assert.DoesNotContain("eth0", one.Shell("ip -o link"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("l3")]
    [InlineData("l3s")]
    public void Ipvlan_l3_is_routed_by_the_host(string mode)
    {
        Lan("ipvlan", "10.62.0.0/24", null, ("parent", "up0"), ("ipvlan_mode", mode));
        if (Refused("ipvlan"))
        {
            return;
        }

        _machine.Remote.Shell("ip route add 10.62.0.0/24 via 10.99.0.1");
        (Namespace one, Attached first) = Join();
        (Namespace two, _) = Join();
        Serve(one, "one");
        Serve(_machine.Remote, "remote");
        Assert.Contains("default dev eth0", one.Shell("ip route"), StringComparison.Ordinal);
        Assert.Equal("remote sees 10.62.0.2", Client.Ask(one, "10.99.0.2", 80));
        Assert.Equal("one sees 10.99.0.2", Client.Ask(_machine.Remote, first.Address.ToString(), 80));
        Assert.Equal("one sees 10.62.0.3", Client.Ask(two, first.Address.ToString(), 80));
    }

    [Fact]
    public void Ipvlan_private_containers_do_not_talk()
    {
        Lan("ipvlan", "10.99.0.0/24", "10.99.0.64/26", ("parent", "up0"), ("ipvlan_flag", "private"));
        if (Refused("ipvlan"))
        {
            return;
        }

        (Namespace one, Attached first) = Join();
        (Namespace two, _) = Join();
        Serve(one, "one");
        Serve(_machine.Remote, "remote");
        Assert.Equal("remote sees 10.99.0.65", Client.Ask(two, "10.99.0.2", 80));
        Assert.Null(Client.Ask(two, first.Address.ToString(), 80, milliseconds: 300));
    }

    [Fact]
    public void Lans_have_ipv6_and_an_mtu_of_their_own()
    {
        _machine.NewNetwork(new NetworkRequest
        {
            Name = "lan",
            Driver = "macvlan",
            IPv6 = true,
            Options = new Dictionary<string, string> { ["parent"] = "up0", ["com.docker.network.driver.mtu"] = "1400" },
            Pools = [new AddressPool { Subnet = "10.99.0.0/24", Range = "10.99.0.64/26", Gateway = "10.99.0.2" }, new AddressPool { Subnet = "fd99::/64", Range = "fd99::100/120", Gateway = "fd99::2" }],
        });
        (Namespace one, Attached first) = Join();
        Serve(one, "one");
        Serve(_machine.Remote, "remote");
        Assert.Contains("mtu 1400", one.Shell("ip link show eth0"), StringComparison.Ordinal);
        Assert.Equal($"remote sees {first.Address6}", Client.Ask(one, "fd99::2", 80));
        Assert.Equal("one sees fd99::2", Client.Ask(_machine.Remote, first.Address6.ToString(), 80));
    }

    [Theory]
    [InlineData("macvlan", "parent", "lo", "loopback interface is not a valid macvlan parent link")]
    [InlineData("macvlan", "parent", "wan", "invalid subinterface vlan name wan, example formatting is eth0.10 (and no interface of the host has that name)")]
    [InlineData("macvlan", "parent", "wan.5", "failed to create the wan.5 parent of the macvlan network: the host has no interface wan")]
    [InlineData("macvlan", "parent", "up0.4095", "invalid subinterface vlan name up0.4095, example formatting is eth0.10 (and no interface of the host has that name)")]
    [InlineData("macvlan", "macvlan_mode", "open", "requested macvlan mode 'open' is not valid, 'bridge' mode is the macvlan driver default (bridge, private, vepa, passthru)")]
    [InlineData("ipvlan", "ipvlan_mode", "l4", "requested ipvlan mode 'l4' is not valid, 'l2' mode is the ipvlan driver default (l2, l3, l3s)")]
    [InlineData("ipvlan", "ipvlan_flag", "open", "requested ipvlan flag 'open' is not valid, 'bridge' flag is the ipvlan driver default (bridge, private, vepa)")]
    [InlineData("ipvlan", "macvlan_mode", "bridge", "unknown ipvlan option macvlan_mode (parent, ipvlan_mode, ipvlan_flag, com.docker.network.driver.mtu)")]
    [InlineData("macvlan", "com.docker.network.driver.mtu", "9", "invalid value for option com.docker.network.driver.mtu: 9 (68 to 65535; 0 follows the parent)")]
    public void What_cannot_be_is_refused(string driver, string option, string value, string words)
    {
        BrigException error = Assert.Throws<BrigException>(() => _machine.NewNetwork(new NetworkRequest { Name = "lan", Driver = driver, Options = new Dictionary<string, string> { [option] = value } }));
        Assert.Equal(words, error.Message);
    }

    [Fact]
    public void Ipvlan_containers_choose_no_hardware_address()
    {
        Lan("ipvlan", "10.99.0.0/24", null, ("parent", "up0"));
        BrigException error = Assert.Throws<BrigException>(() => _machine.Attach(_machine.NewContainer(), Machine.NewId(), [new EndpointRequest { Network = "lan", MacAddress = "02:11:22:33:44:55" }]));
        Assert.Equal("ipvlan interfaces do not support custom mac address assignment", error.Message);
    }

    private void Lan(string driver, string subnet, string? range, params (string Name, string Value)[] options)
    {
        _machine.Host.Shell("ip link add spare type veth peer name spare1 && ip link set spare up && ip link set spare1 up");
        _machine.NewNetwork(new NetworkRequest
        {
            Name = "lan",
            Driver = driver,
            Options = options.ToDictionary(option => option.Name, option => option.Value),
            Pools = [new AddressPool { Subnet = subnet, Range = range, Gateway = subnet == "10.99.0.0/24" ? "10.99.0.2" : null }],
        });
    }

    private void Vlan(string name, string subnet) => _machine.NewNetwork(new NetworkRequest
    {
        Name = name,
        Driver = "macvlan",
        Options = new Dictionary<string, string> { ["parent"] = "up0.100" },
        Pools = [new AddressPool { Subnet = subnet }],
    });

    private (Namespace Place, Attached At) Join()
    {
        Namespace place = _machine.NewContainer();
        return (place, _machine.Attach(place, Machine.NewId(), [new EndpointRequest { Network = "lan" }]));
    }

    private void Serve(Namespace place, string name) => _machine.Keep(new Server(place, name, ProtocolType.Tcp, 80, "::"));

    /// <summary>True where the kernel has no such links; it was asserted then that this is said.</summary>
    private bool Refused(string kind)
    {
        if (Kernel(kind, ""))
        {
            return false;
        }

        BrigException error = Assert.Throws<BrigException>(() => Join());
        Assert.Equal((ErrorKind.Unsupported, $"network lan: this kernel has no {kind} (modprobe {kind})"), (error.Kind, error.Message));
        Assert.Empty(_machine.Host.Run(() => _machine.Network.Orphans(_ => false)));
        return true;
    }

    private static bool Kernel(string kind, string flags)
    {
        using Namespace place = new();
        return place.Shell($"ip link add a0 type veth peer name a1 && ip link add link a0 name a2 type {kind} {flags} 2>&1 || true") == "";
    }
}
