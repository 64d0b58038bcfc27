using System.Net.Sockets;
using System.Text.Json;

namespace Brig.Networks.Tests;

public sealed class TrafficTests : IDisposable
{
    private readonly Machine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Theory]
    [InlineData("10.99.0.1", "")]
    [InlineData("fd99::1", "")]
    [InlineData("10.99.0.1", "-u -b 50M")]
    public void Iperf_runs_through_a_published_port(string address, string flags)
    {
        _machine.NewNetwork(new NetworkRequest { Name = "dual", IPv6 = true });
        Namespace place = _machine.NewContainer();
        _machine.Attach(place, Machine.NewId(), [new EndpointRequest { Network = "dual" }], "5300:5201", "5300:5201/udp");
        using Machine.Program server = new(Shell.Start("nsenter", [$"--net=/proc/{place.Pid}/ns/net", "iperf3", "-s"], redirect: true));
        Assert.True(SpinWait.SpinUntil(() => place.Shell("ss -Hltn").Contains(":5201", StringComparison.Ordinal), 30_000));
        using JsonDocument report = JsonDocument.Parse(_machine.Remote.Shell($"iperf3 -c {address} -p 5300 -t 1 -J {flags}"));
        JsonElement sum = report.RootElement.GetProperty("end").GetProperty(flags.Length > 0 ? "sum" : "sum_received");
        Assert.True(sum.GetProperty("bytes").GetDouble() > 1e6, sum.ToString());
    }

    [Fact]
    public void Connecting_and_disconnecting_disturbs_no_other_network()
    {
        _machine.NewNetwork(new NetworkRequest { Name = "a" });
        _machine.NewNetwork(new NetworkRequest { Name = "b", IPv6 = true });
        Namespace place = _machine.NewContainer();
        Attached at = _machine.Attach(place, Machine.NewId(), [new EndpointRequest { Network = "a" }], "8080:80");
        _machine.Keep(new Server(place, "web", ProtocolType.Tcp, 80));
        bool ends = false;
        int asked = 0;
        List<string?> wrong = [];
        Thread traffic = new(() =>
        {
            while (!Volatile.Read(ref ends))
            {
                string? answer = Client.Ask(_machine.Remote, "10.99.0.1", 8080, milliseconds: 10_000);
                asked++;
                if (answer != "web sees 10.99.0.2")
                {
                    wrong.Add(answer);
                }
            }
        });
        traffic.Start();
        for (int round = 0; round < 20; round++)
        {
            _machine.Host.Run(() => at.Sandbox.Connect(new EndpointRequest { Network = "b", GatewayPriority = -1 }, ["x"]));
            _machine.Host.Run(() => at.Sandbox.Disconnect(at.Sandbox.Endpoints[1].Network));
        }

        SpinWait.SpinUntil(() => asked > 0, 10_000);
        Volatile.Write(ref ends, true);
        traffic.Join();
        Assert.Empty(wrong);
        Assert.True(asked > 0);
    }

    [Fact]
    public void Forwarded_connections_offer_segments_that_the_way_takes()
    {
        _machine.NewNetwork(new NetworkRequest { Name = "net" });
        Namespace place = _machine.NewContainer();
        _machine.Attach(place, Machine.NewId(), [new EndpointRequest { Network = "net" }]);
        _machine.Host.Shell("ip link set up0 mtu 1300"); // shrinks after the bridge was made
        using Socket listener = _machine.Remote.Run(() =>
        {
            Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Any, 80));
            socket.Listen(4);
            return socket;
        });
        using Socket client = place.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        client.Connect(System.Net.IPAddress.Parse("10.99.0.2"), 80);
        using Socket server = listener.Accept();
        const int IPPROTO_TCP = 6, TCP_MAXSEG = 2;
        byte[] most = new byte[4];
        server.GetRawSocketOption(IPPROTO_TCP, TCP_MAXSEG, most);
        Assert.InRange(BitConverter.ToInt32(most), 500, 1260);
    }

    [Fact]
    public void Twenty_networks_with_five_containers_each_come_and_go()
    {
        List<(string Id, Sandbox Sandbox)> all = [];
        List<Namespace> places = [.. Enumerable.Range(0, 5).Select(_ => _machine.NewContainer())];
        EndpointRequest[] requests = [.. Enumerable.Range(0, 20).Select(number => new EndpointRequest { Network = _machine.NewNetwork(new NetworkRequest { Name = $"n{number}", IPv6 = number % 2 == 0 }).Name })];
        foreach (Namespace container in places)
        {
            string id = Machine.NewId();
            Sandbox sandbox = _machine.Keep(new Sandbox(_machine.Network, id, container.Pid));
            _machine.Host.Run(() => sandbox.Join(requests, [], []));
            all.Add((id, sandbox));
        }

        Assert.Equal(100, all.SelectMany(pair => pair.Sandbox.Endpoints).Select(endpoint => endpoint.Address).Distinct().Count());
        Assert.Equal("21", places[0].Shell("ip -o link | wc -l").Trim());
        Assert.Empty(_machine.Host.Run(() => _machine.Network.Orphans(id => all.Exists(pair => pair.Id == id))));
        foreach ((string id, _) in all)
        {
            _machine.Detach(id);
        }

        _machine.Host.Run(_machine.Network.RemoveIdle);
        Assert.Equal("", _machine.Host.Shell("nft list ruleset"));
        Assert.DoesNotContain("br-", _machine.Host.Shell("ip -o link"), StringComparison.Ordinal);
    }
}
