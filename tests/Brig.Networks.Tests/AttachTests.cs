using System.Net;
using System.Net.Sockets;

namespace Brig.Networks.Tests;

public sealed class AttachTests : IDisposable
{
    private readonly Machine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Container_gets_address_route_and_loopback()
    {
        Namespace container = _machine.NewContainer("--mount", "--pid", "--fork");
        Attached endpoint = _machine.Attach(container, Machine.NewId());

        Assert.Equal("172.17.0.2", endpoint.Address.ToString());
        Assert.Equal("172.17.0.1", endpoint.Gateway.ToString());
        Assert.Equal(16, endpoint.PrefixLength);
        string addresses = container.Shell("ip -o addr");
        Assert.Contains("eth0    inet 172.17.0.2/16 brd 172.17.255.255", addresses, StringComparison.Ordinal);
        Assert.Contains("lo    inet 127.0.0.1/8", addresses, StringComparison.Ordinal);
        Assert.DoesNotContain("eth0    inet6", addresses, StringComparison.Ordinal);
        Assert.Equal("default via 172.17.0.1 dev eth0 \n172.17.0.0/16 dev eth0 proto kernel scope link src 172.17.0.2 \n", container.Shell("ip route"));
        Assert.Contains(endpoint.MacAddress, container.Shell("ip link show eth0"), StringComparison.Ordinal);
        Assert.Contains(endpoint.MacAddress[1], "26ae");
    }

    [Fact]
    public void Remote_sees_the_hosts_address()
    {
        Namespace container = _machine.NewContainer();
        _machine.Attach(container, Machine.NewId());
        _machine.Keep(new Server(_machine.Remote, "remote", ProtocolType.Tcp, 80));
        _machine.Keep(new Server(_machine.Remote, "remote", ProtocolType.Udp, 53));

        Assert.Equal("remote sees 10.99.0.1", Client.Ask(container, "10.99.0.2", 80));
        Assert.Equal("remote sees 10.99.0.1", Client.Ask(container, "10.99.0.2", 53, ProtocolType.Udp));
    }

    [Fact]
    public void Containers_reach_each_other_and_the_host()
    {
        Namespace one = _machine.NewContainer(), two = _machine.NewContainer();
        _machine.Attach(one, Machine.NewId());
        Attached second = _machine.Attach(two, Machine.NewId());
        _machine.Keep(new Server(two, "two", ProtocolType.Tcp, 80));
        _machine.Keep(new Server(_machine.Host, "host", ProtocolType.Tcp, 81));

        Assert.Equal("two sees 172.17.0.2", Client.Ask(one, second.Address.ToString(), 80));
        Assert.Equal("host sees 172.17.0.2", Client.Ask(one, "172.17.0.1", 81));
        Assert.Equal("two sees 172.17.0.1", Client.Ask(_machine.Host, second.Address.ToString(), 80));
    }

    [Fact]
    public void Mtu_follows_the_uplink()
    {
        using Machine machine = new(mtu: 1380);
        Namespace container = machine.NewContainer();
        machine.Attach(container, Machine.NewId());

        Assert.Contains("mtu 1380", container.Shell("ip link show eth0"), StringComparison.Ordinal);
        Assert.Equal(2, machine.Host.Shell("ip link").Split("mtu 1380").Length - 2);
    }

    [Fact]
    public void Detach_and_removal_leave_nothing()
    {
        string before = _machine.Host.Shell("ip -o link | cut -d: -f2; ip route; nft list ruleset");
        Namespace container = _machine.NewContainer();
        string id = Machine.NewId();
        Attached endpoint = _machine.Attach(container, id, "8080:80", "127.0.0.1:53:53/udp");
        Assert.NotEqual(before, _machine.Host.Shell("ip -o link | cut -d: -f2; ip route; nft list ruleset"));

        _machine.Host.Run(_machine.Network.RemoveIdle);
        Assert.Contains("elements = { tcp . 8080", _machine.Host.Shell("nft list ruleset"), StringComparison.Ordinal);

        _machine.Detach(id);
        endpoint.Dispose();
        Assert.DoesNotContain(" . 8080", _machine.Host.Shell("nft list ruleset"), StringComparison.Ordinal);
        _machine.Host.Run(_machine.Network.RemoveIdle);
        Assert.Equal(before, _machine.Host.Shell("ip -o link | cut -d: -f2; ip route; nft list ruleset"));
        _machine.Detach(id);
        _machine.Host.Run(_machine.Network.RemoveIdle);
    }

    [Fact]
    public void Interface_goes_with_the_container()
    {
        string id = Machine.NewId();
        Namespace container = _machine.NewContainer();
        _machine.Attach(container, id);
        _machine.Attach(_machine.NewContainer(), Machine.NewId());
        container.Dispose();
        _machine.Detach(id);
        Assert.True(SpinWait.SpinUntil(() => _machine.Host.Shell("ip -o link show type veth").Split("brig-").Length == 2, 3000));
    }

    [Fact]
    public void Disconnected_container_runs_on_without_interface()
    {
        string id = Machine.NewId();
        Namespace container = _machine.NewContainer();
        _machine.Attach(container, id, "8080:80");
        _machine.Host.Run(() => _machine.Network.Evict(id));
        Assert.DoesNotContain("eth0", container.Shell("ip -o link"), StringComparison.Ordinal);
        Assert.DoesNotContain(" . 8080", _machine.Host.Shell("nft list ruleset"), StringComparison.Ordinal);
    }

    [Fact]
    public void Host_namespace_is_refused()
    {
        BrigException error = Assert.Throws<BrigException>(() => _machine.Host.Run(() => Attached.Join(_machine.Network, Machine.NewId(), _machine.Host.Pid, [])));
        Assert.Contains("no network namespace of its own", error.Message, StringComparison.Ordinal);
        Assert.Equal("", _machine.Host.Shell("nft list ruleset"));
    }

    [Fact]
    public void Failure_inside_leaves_nothing_behind()
    {
        Namespace container = _machine.NewContainer();
        EndpointRequest wish = new() { Network = "bridge", DriverOptions = new Dictionary<string, string> { ["com.docker.network.endpoint.sysctls"] = "net.ipv4.conf.IFNAME.no_such_thing=1" } };
        Assert.ThrowsAny<Exception>(() => _machine.Attach(container, Machine.NewId(), [wish], "8080:80"));

        Assert.Empty(_machine.Host.Run(() => _machine.Network.Orphans(_ => false)));
        Assert.DoesNotContain("veth", _machine.Host.Shell("ip -o link"), StringComparison.Ordinal);
        Assert.DoesNotContain(" . 8080", _machine.Host.Shell("nft list ruleset"), StringComparison.Ordinal);
        Namespace other = _machine.NewContainer();
        _machine.Attach(other, Machine.NewId(), "8080:80");
    }

    [Fact]
    public void Loopback_alone()
    {
        Namespace container = _machine.NewContainer();
        Loopback.Up(container.Pid);
        Assert.Contains("LOOPBACK,UP", container.Shell("ip link show lo"), StringComparison.Ordinal);
    }

    [Fact]
    public void Attaching_again_replaces_the_endpoint()
    {
        string id = Machine.NewId();
        Namespace first = _machine.NewContainer(), second = _machine.NewContainer();
        Attached old = _machine.Attach(first, id, "8080:80");
        _machine.Abandon(old);
        Attached now = _machine.Attach(second, id, "8080:80");

        Assert.NotEqual(IPAddress.Parse("172.17.0.2"), now.Address);
        _machine.Keep(new Server(second, "second", ProtocolType.Tcp, 80));
        Assert.Equal("second sees 10.99.0.2", Client.Ask(_machine.Remote, "10.99.0.1", 8080));
    }
}
