using System.Net.Sockets;
using Brig.Networks.Relays;

namespace Brig.Networks.Tests.Relays;

public sealed class PortRelayTests : IDisposable
{
    private readonly Machine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Theory]
    [InlineData(ProtocolType.Tcp)]
    [InlineData(ProtocolType.Udp)]
    public void A_network_without_IPv6_is_reached_by_the_hosts_IPv6_addresses(ProtocolType protocol)
    {
        _machine.NewNetwork(new NetworkRequest { Name = "old" });
        (Namespace place, _) = Publish("old", protocol == ProtocolType.Tcp ? "8080:80" : "8080:80/udp");
        _machine.Keep(new Server(place, "web", protocol, 80));
        Assert.Equal("web sees 172.18.0.1", Client.Ask(_machine.Remote, "fd99::1", 8080, protocol));
        Assert.Equal("web sees 172.18.0.1", Client.Ask(_machine.Host, "::1", 8080, protocol));
        Assert.Equal("web sees 10.99.0.2", Client.Ask(_machine.Remote, "10.99.0.1", 8080, protocol));
    }

    [Fact]
    public void The_hosts_own_IPv6_loopback_leads_to_a_network_with_IPv6()
    {
        _machine.NewNetwork(new NetworkRequest { Name = "dual", IPv6 = true });
        (Namespace place, _) = Publish("dual", "[::1]:8080:80", "8081:80");
        _machine.Keep(new Server(place, "web", ProtocolType.Tcp, 80, "::"));
        Assert.StartsWith("web sees ", Client.Ask(_machine.Host, "::1", 8080), StringComparison.Ordinal);
        Assert.StartsWith("web sees ", Client.Ask(_machine.Host, "::1", 8081), StringComparison.Ordinal);
        Assert.Equal("web sees fd99::2", Client.Ask(_machine.Remote, "fd99::1", 8081));
        Assert.Null(Client.Ask(_machine.Remote, "fd99::1", 8080, milliseconds: 300));
    }

    [Fact]
    public void Rules_for_the_hosts_own_ports_hold_where_that_is_asked_for()
    {
        _machine.NewNetwork(new NetworkRequest { Name = "open" });
        _machine.NewNetwork(new NetworkRequest { Name = "ruled", Options = new Dictionary<string, string> { ["publish-through-input"] = "true" } });
        (Namespace open, _) = Publish("open", "8080:80");
        (Namespace ruled, _) = Publish("ruled", "8081:80", "8082:82");
        _machine.Keep(new Server(open, "open", ProtocolType.Tcp, 80));
        _machine.Keep(new Server(ruled, "ruled", ProtocolType.Tcp, 80));
        _machine.Keep(new Server(ruled, "ruled", ProtocolType.Tcp, 82));
        _machine.Host.Shell("nft 'add table inet fw; add chain inet fw in { type filter hook input priority 0; policy accept; }; add rule inet fw in tcp dport { 8080, 8081 } drop'");

        Assert.Equal("open sees 10.99.0.2", Client.Ask(_machine.Remote, "10.99.0.1", 8080));
        Assert.Null(Client.Ask(_machine.Remote, "10.99.0.1", 8081, milliseconds: 500));
        Assert.Equal("ruled sees 172.18.16.1", Client.Ask(_machine.Remote, "10.99.0.1", 8082));
    }

    [Fact]
    public void Much_goes_both_ways_and_ends_come_through()
    {
        _machine.NewNetwork(new NetworkRequest { Name = "ruled", Options = new Dictionary<string, string> { ["publish-through-input"] = "true" } });
        (Namespace place, _) = Publish("ruled", "8080:80");
        using Socket listener = place.Run(() =>
        {
            Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Any, 80));
            socket.Listen(4);
            return socket;
        });
        const int Size = 20 << 20;
        Thread echo = new(() =>
        {
            using Socket server = listener.Accept();
            byte[] piece = new byte[64 << 10];
            for (int got; (got = server.Receive(piece)) > 0;)
            {
                server.Send(piece.AsSpan(0, got));
            }
        }) { IsBackground = true };
        echo.Start();
        using Socket client = _machine.Remote.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        client.Connect(System.Net.IPAddress.Parse("10.99.0.1"), 8080);
        byte[] sent = new byte[Size], received = new byte[Size];
        new Random(3).NextBytes(sent);
        Thread sending = new(() =>
        {
            for (int at = 0; at < Size; at += 1 << 20)
            {
                client.Send(sent.AsSpan(at, 1 << 20));
            }

            client.Shutdown(SocketShutdown.Send);
        });
        sending.Start();
        client.ReceiveTimeout = 60_000;
        int filled = 0;
        for (int got; (got = client.Receive(received.AsSpan(filled))) > 0;)
        {
            filled += got;
        }

        sending.Join();
        Assert.Equal(Size, filled);
        Assert.True(sent.AsSpan().SequenceEqual(received));
    }

    private (Namespace Place, Attached At) Publish(string network, params string[] ports)
    {
        Namespace place = _machine.NewContainer();
        Attached at = _machine.Attach(place, Machine.NewId(), [new EndpointRequest { Network = network }], ports);
        LoopThread loop = _machine.Keep(new LoopThread(_machine.Host));
        loop.Do(events => new PortRelay(events, at.Sandbox.Held, () => at.Sandbox.Publisher?.Address ?? at.Sandbox.Publisher?.Address6));
        return (place, at);
    }
}
