using System.Globalization;
using System.Net.Sockets;

namespace Brig.Networks.Tests;

public sealed class PublishTests : IDisposable
{
    private readonly Machine _machine = new();
    private readonly Namespace _web;

    public PublishTests() => _web = _machine.NewContainer();

    public void Dispose() => _machine.Dispose();

    [Theory]
    [InlineData(ProtocolType.Tcp)]
    [InlineData(ProtocolType.Udp)]
    public void Published_port_is_reached_from_everywhere(ProtocolType protocol)
    {
        Namespace other = _machine.NewContainer();
        _machine.Attach(_web, Machine.NewId(), protocol == ProtocolType.Tcp ? "8080:80" : "8080:80/udp");
        _machine.Attach(other, Machine.NewId());
        _machine.Keep(new Server(_web, "web", protocol, 80));

        Assert.Equal("web sees 10.99.0.2", Client.Ask(_machine.Remote, "10.99.0.1", 8080, protocol));
        Assert.Equal("web sees 172.17.0.1", Client.Ask(_machine.Host, "127.0.0.1", 8080, protocol));
        Assert.Equal("web sees 10.99.0.1", Client.Ask(_machine.Host, "10.99.0.1", 8080, protocol));
        Assert.Equal("web sees 172.17.0.1", Client.Ask(_machine.Host, "172.17.0.1", 8080, protocol));
        Assert.Equal("web sees 172.17.0.1", Client.Ask(other, "10.99.0.1", 8080, protocol));
        Assert.Equal("web sees 172.17.0.1", Client.Ask(_web, "10.99.0.1", 8080, protocol));
        Assert.Equal("web sees 172.17.0.1", Client.Ask(_web, "172.17.0.1", 8080, protocol));
    }

    [Fact]
    public void Port_on_one_address_is_reached_by_that_address_alone()
    {
        _machine.Host.Shell("ip addr add 10.99.0.3/24 dev up0");
        _machine.Attach(_web, Machine.NewId(), "10.99.0.3:8080:80");
        _machine.Keep(new Server(_web, "web", ProtocolType.Tcp, 80));

        Assert.Equal("web sees 10.99.0.2", Client.Ask(_machine.Remote, "10.99.0.3", 8080));
        Assert.Null(Client.Ask(_machine.Remote, "10.99.0.1", 8080, milliseconds: 300));
        Assert.Null(Client.Ask(_machine.Host, "127.0.0.1", 8080, milliseconds: 300));
    }

    [Fact]
    public void Port_on_loopback_is_not_reached_from_outside()
    {
        _machine.Attach(_web, Machine.NewId(), "127.0.0.1:8080:80");
        Namespace other = _machine.NewContainer();
        _machine.Attach(other, Machine.NewId());
        _machine.Keep(new Server(_web, "web", ProtocolType.Tcp, 80));

        Assert.Equal("web sees 172.17.0.1", Client.Ask(_machine.Host, "127.0.0.1", 8080));
        Assert.Null(Client.Ask(_machine.Remote, "10.99.0.1", 8080, milliseconds: 300));
        Assert.Null(Client.Ask(other, "10.99.0.1", 8080, milliseconds: 300));
        Assert.Null(Client.Ask(other, "172.17.0.1", 8080, milliseconds: 300));

        // A neighbour that puts 127.0.0.1 on the wire.
        foreach ((Namespace place, string gateway) in new[] { (_machine.Remote, "10.99.0.1"), (other, "172.17.0.1") })
        {
            SendLoopbackTo(place, gateway);
            Assert.Null(Client.Ask(place, "127.0.0.1", 8080, milliseconds: 300));
        }
    }

    [Fact]
    public void Containers_do_not_reach_the_hosts_loopback()
    {
        _machine.Attach(_web, Machine.NewId());
        _machine.Keep(new Server(_machine.Host, "host", ProtocolType.Tcp, 631, "127.0.0.1"));
        SendLoopbackTo(_web, "172.17.0.1");

        Assert.Equal("host sees 127.0.0.1", Client.Ask(_machine.Host, "127.0.0.1", 631));
        Assert.Null(Client.Ask(_web, "127.0.0.1", 631, milliseconds: 300));
    }

    [Fact]
    public void Unpublished_port_is_not_reached_from_outside()
    {
        _machine.Attach(_web, Machine.NewId(), "8080:80");
        _machine.Keep(new Server(_web, "web", ProtocolType.Tcp, 80));
        _machine.Keep(new Server(_web, "web", ProtocolType.Tcp, 81));
        _machine.Remote.Shell("ip route add 172.17.0.0/16 via 10.99.0.1");

        Assert.Null(Client.Ask(_machine.Remote, "172.17.0.2", 81, milliseconds: 300));
        Assert.Null(Client.Ask(_machine.Remote, "172.17.0.2", 80, milliseconds: 300));
        Assert.Equal("web sees 10.99.0.2", Client.Ask(_machine.Remote, "10.99.0.1", 8080));
    }

    [Fact]
    public void Detached_port_is_free_again()
    {
        string id = Machine.NewId();
        Attached endpoint = _machine.Attach(_web, id, "8080:80");
        _machine.Keep(new Server(_web, "web", ProtocolType.Tcp, 80));
        Assert.NotNull(Client.Ask(_machine.Remote, "10.99.0.1", 8080));
        _machine.Detach(id);
        _machine.Abandon(endpoint);

        Assert.Null(Client.Ask(_machine.Remote, "10.99.0.1", 8080, milliseconds: 300));
        _machine.Keep(new Server(_machine.Host, "host", ProtocolType.Tcp, 8080));
        Assert.Equal("host sees 10.99.0.2", Client.Ask(_machine.Remote, "10.99.0.1", 8080));
    }

    [Fact]
    public void Conflict_names_the_process()
    {
        using Namespace place = new();
        _machine.Keep(new Server(_machine.Host, "host", ProtocolType.Tcp, 8080));
        BrigException error = Assert.Throws<BrigException>(() => _machine.Attach(_web, Machine.NewId(), "8080:80"));
        string name = File.ReadAllText("/proc/self/comm").TrimEnd();
        Assert.Equal($"Bind for 0.0.0.0:8080 failed: port is already allocated (in use by {name}, pid {Environment.ProcessId})", error.Message);
        Assert.Equal(ErrorKind.Conflict, error.Kind);
        Assert.Equal("", _machine.Host.Shell("nft list ruleset"));
    }

    [Fact]
    public void Conflict_names_the_container()
    {
        string id = Machine.NewId();
        _machine.Database.Execute("INSERT INTO containers (id, name, created, specification, status, state) VALUES ($id, 'web', 0, x'', 'running', x'')", ("$id", id));
        _machine.Attach(_web, id, "127.0.0.1:8080:80", "53:53/udp");
        Namespace other = _machine.NewContainer();

        BrigException error = Assert.Throws<BrigException>(() => _machine.Attach(other, Machine.NewId(), "8080:80"));
        Assert.Equal("Bind for 0.0.0.0:8080 failed: port is already allocated (in use by container web)", error.Message);
        error = Assert.Throws<BrigException>(() => _machine.Attach(other, Machine.NewId(), "127.0.0.1:53:53/udp"));
        Assert.Equal("Bind for 127.0.0.1:53 failed: port is already allocated (in use by container web)", error.Message);
        error = Assert.Throws<BrigException>(() => _machine.Attach(other, Machine.NewId(), "81:80", "81:81"));
        Assert.Equal("Bind for 0.0.0.0:81 failed: port is already allocated (this container publishes it twice)", error.Message);
        _machine.Attach(other, Machine.NewId(), "8080:80/udp");
    }

    [Fact]
    public void Held_port_stands_in_the_hosts_list_and_cannot_be_bound()
    {
        _machine.Attach(_web, Machine.NewId(), "8080:80");
        Assert.Contains("0.0.0.0:8080", _machine.Host.Shell("ss -Hltn"), StringComparison.Ordinal);
        SocketException error = Assert.Throws<SocketException>(() => new Server(_machine.Host, "host", ProtocolType.Tcp, 8080));
        Assert.Equal(SocketError.AddressAlreadyInUse, error.SocketErrorCode);
    }

    [Fact]
    public void Ephemeral_ports_come_from_the_hosts_range()
    {
        Attached endpoint = _machine.Attach(_web, Machine.NewId(), "80", "127.0.0.1::81/udp");
        int[] range = [.. _machine.Host.Shell("cat /proc/sys/net/ipv4/ip_local_port_range").Split('\t').Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
        Assert.All(endpoint.Ports, port => Assert.InRange(port.HostPort, range[0], range[1]));
        _machine.Keep(new Server(_web, "web", ProtocolType.Tcp, 80));
        Assert.Equal("web sees 10.99.0.2", Client.Ask(_machine.Remote, "10.99.0.1", endpoint.Ports[0].HostPort));
    }

    [Fact]
    public void First_free_port_of_a_range_is_taken()
    {
        _machine.Keep(new Server(_machine.Host, "host", ProtocolType.Tcp, 9000));
        Namespace other = _machine.NewContainer(), third = _machine.NewContainer();
        Assert.Equal(9001, _machine.Attach(_web, Machine.NewId(), "9000-9002:80").Ports[0].HostPort);
        Assert.Equal(9002, _machine.Attach(other, Machine.NewId(), "9000-9002:80").Ports[0].HostPort);
        BrigException error = Assert.Throws<BrigException>(() => _machine.Attach(third, Machine.NewId(), "9000-9002:80"));
        Assert.StartsWith("Bind for 0.0.0.0:9002 failed: port is already allocated (in use by container ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sctp_is_translated_and_its_conflict_seen()
    {
        Namespace other = _machine.NewContainer();
        _machine.Attach(_web, Machine.NewId(), "7000:7000/sctp");
        Assert.Contains("sctp . 7000", _machine.Host.Shell("nft list ruleset"), StringComparison.Ordinal);
        BrigException error = Assert.Throws<BrigException>(() => _machine.Attach(other, Machine.NewId(), "7000:7000/sctp"));
        Assert.Contains("port is already allocated (in use by container", error.Message, StringComparison.Ordinal);
    }

    private static void SendLoopbackTo(Namespace place, string gateway) =>
        place.Shell($"sysctl -qw net.ipv4.conf.all.route_localnet=1 && ip link set lo down && ip addr flush dev lo && ip route replace 127.0.0.1/32 via {gateway}");
}
