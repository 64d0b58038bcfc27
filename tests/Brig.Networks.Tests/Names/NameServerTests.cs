using System.Net;
using Brig.Networks.Names;
using Brig.State;

namespace Brig.Networks.Tests.Names;

public sealed class NameServerTests : IDisposable
{
    private readonly Machine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Names_aliases_and_short_IDs_are_known_and_change_at_once()
    {
        _machine.NewNetwork(new NetworkRequest { Name = "web", IPv6 = true });
        (Namespace asker, _, _) = Start("asker", [new EndpointRequest { Network = "web" }]);
        Assert.Equal("SERVFAIL,0", Status(asker, "db A"));
        string id = Machine.NewId();
        (_, Attached db, _) = Start("DB", [new EndpointRequest { Network = "web", Aliases = ["Store", "sql"] }], id, names: ["host-of-db"]);
        string address = db.Address.ToString();
        foreach (string name in (string[])["db", "DB", "db.web", "db.web.", "store", "sql.web", "host-of-db", id[..12]])
        {
            Assert.Equal(address, Dig(asker, name));
        }

        Assert.Equal(db.Address6.ToString(), Dig(asker, "db AAAA"));
        Assert.Equal("db.web.", Dig(asker, $"-x {address}").ToLowerInvariant());
        Assert.Equal("db.web.", Dig(asker, $"-x {db.Address6}").ToLowerInvariant());
        Assert.Equal("NOERROR,0", Status(asker, "db MX"));
        Assert.Equal(address, Dig(asker, "+tcp db"));
        Assert.Contains("udp: 4096", asker.Shell("dig @127.0.0.11 +bufsize=1400 db"), StringComparison.Ordinal);
        Assert.DoesNotContain("OPT PSEUDOSECTION", asker.Shell("dig @127.0.0.11 +noedns db"), StringComparison.Ordinal);
        Assert.Contains("db.\t\t\t600\tIN\tA\t", asker.Shell("dig @127.0.0.11 db"), StringComparison.Ordinal);
        Assert.Equal(db.Sandbox.Endpoints[0].Gateway!.ToString(), Dig(asker, "host.docker.internal"));

        _machine.Detach(id);
        Assert.Equal("SERVFAIL,0", Status(asker, "db A"));
    }

    [Fact]
    public void A_name_without_IPv6_is_there_all_the_same()
    {
        _machine.NewNetwork(new NetworkRequest { Name = "old" });
        (Namespace asker, _, _) = Start("asker", [new EndpointRequest { Network = "old" }]);
        Start("web", [new EndpointRequest { Network = "old" }]);
        Assert.Equal("NOERROR,0", Status(asker, "web AAAA"));
    }

    [Fact]
    public void A_name_of_many_is_told_in_turns_and_whole_over_TCP()
    {
        _machine.NewNetwork(new NetworkRequest { Name = "web" });
        (Namespace asker, _, _) = Start("asker", [new EndpointRequest { Network = "web" }]);
        for (int number = 0; number < 50; number++)
        {
            string id = Machine.NewId();
            AddContainer(id, $"w{number}");
            _machine.Database.Execute("INSERT INTO endpoints (owner, network, interface, inside, hardware, address) VALUES ($id, $network, '', 'eth0', '', $address)",
                ("$id", id), ("$network", _machine.Network.Definitions.Find("web").Id), ("$address", $"172.18.9.{number}"));
            _machine.Database.Execute("INSERT INTO endpoint_names (network, name, owner) VALUES ($network, 'svc', $id)", ("$id", id), ("$network", _machine.Network.Definitions.Find("web").Id));
        }

        Assert.Equal(50, asker.Shell("dig @127.0.0.11 +short +noedns svc").Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct().Count());
        Assert.Contains("flags: qr tc rd ra", asker.Shell("dig @127.0.0.11 +ignore +noedns svc"), StringComparison.Ordinal);
        Assert.True(Enumerable.Range(0, 8).Select(_ => asker.Shell("dig @127.0.0.11 +short svc | head -1")).Distinct().Count() > 1);
    }

    [Fact]
    public void Other_names_are_asked_of_other_servers_one_after_another()
    {
        _machine.NewNetwork(new NetworkRequest { Name = "web" });
        using Machine.Program server = _machine.StartNames();
        (Namespace asker, _, _) = Start("asker", [new EndpointRequest { Network = "web" }], servers: ["10.99.0.2"]);
        Assert.Equal("192.0.2.7", Dig(asker, "www.example.test"));
        Assert.Equal("192.0.2.7", Dig(asker, "+tcp www.example.test"));
        (Namespace second, _, _) = Start("second", [new EndpointRequest { Network = "web" }], servers: ["10.99.0.77", "10.99.0.2"]);
        Assert.Equal("192.0.2.7", Dig(second, "+timeout=10 www.example.test"));
    }

    [Fact]
    public void Nobody_else_is_asked_from_an_internal_network()
    {
        _machine.NewNetwork(new NetworkRequest { Name = "closed", Internal = true });
        using Machine.Program server = _machine.StartNames();
        (Namespace asker, Attached at, _) = Start("asker", [new EndpointRequest { Network = "closed" }], servers: ["10.99.0.2"]);
        Assert.Equal("SERVFAIL,0", Status(asker, "www.example.test A"));
        Assert.Equal(at.Address.ToString(), Dig(asker, "asker"));
    }

    [Fact]
    public void Networks_a_container_is_not_in_are_not_told()
    {
        _machine.NewNetwork(new NetworkRequest { Name = "red", Internal = true });
        _machine.NewNetwork(new NetworkRequest { Name = "blue", Internal = true });
        (Namespace red, Attached redAt, NameServer server) = Start("in-red", [new EndpointRequest { Network = "red" }]);
        (_, Attached blue, _) = Start("in-blue", [new EndpointRequest { Network = "blue" }]);
        Assert.Equal("SERVFAIL,0", Status(red, "in-blue A"));
        _machine.Host.Run(() => redAt.Sandbox.Connect(new EndpointRequest { Network = "blue" }, []));
        server.Move(redAt.Sandbox.Endpoints);
        Assert.Equal(blue.Address.ToString(), Dig(red, "in-blue"));
    }

    [Fact]
    public void A_container_may_have_a_server_of_its_own()
    {
        _machine.NewNetwork(new NetworkRequest { Name = "web" });
        (Namespace asker, Attached at, _) = Start("asker", [new EndpointRequest { Network = "web" }]);
        _machine.Keep(new Server(asker, "own", System.Net.Sockets.ProtocolType.Udp, 53));
        Assert.Equal(at.Address.ToString(), Dig(asker, "asker"));
        Assert.StartsWith("own sees", Client.Ask(asker, "127.0.0.1", 53, System.Net.Sockets.ProtocolType.Udp), StringComparison.Ordinal);
    }

    private static string Dig(Namespace place, string question) => place.Shell($"dig @127.0.0.11 +short +tries=2 +timeout=5 {question}").Trim();

    /// <summary>How the query ended, and the number of answers.</summary>
    private static string Status(Namespace place, string question)
    {
        string text = place.Shell($"dig @127.0.0.11 +tries=1 +timeout=20 {question}");
        return $"{text.Split("status: ")[1].Split(',')[0]},{text.Split("ANSWER: ")[1].Split(',')[0]}";
    }

    private (Namespace Place, Attached At, NameServer Server) Start(string name, EndpointRequest[] requests, string? id = null, string[]? names = null, string[]? servers = null)
    {
        Namespace place = _machine.NewContainer();
        id ??= Machine.NewId();
        AddContainer(id, name);
        Sandbox sandbox = _machine.Keep(new Sandbox(_machine.Network, id, place.Pid));
        _machine.Host.Run(() => sandbox.Join(requests, names ?? [], []));
        Database own = _machine.Keep(Database.Open(_machine.Root));
        LoopThread loop = _machine.Keep(new LoopThread(_machine.Host));
        NameServer server = loop.Do(events => NameServer.Start(events, own, place.Pid, sandbox.Endpoints, [.. (servers ?? ["127.0.0.9"]).Select(IPAddress.Parse)]));
        return (place, new Attached(sandbox), server);
    }

    private void AddContainer(string id, string name) => _machine.Database.Execute(
        "INSERT INTO containers (id, name, created, specification, status, state) VALUES ($id, $name, 0, x'7B7D', 'running', x'7B7D')", ("$id", id), ("$name", name));
}
