using System.Net.Sockets;
using Brig.State;

namespace Brig.Networks.Tests;

public sealed class NetworkLifeTests : IDisposable
{
    private readonly Machine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Fifty_at_once_get_fifty_addresses()
    {
        Namespace[] containers = [.. Enumerable.Range(0, 50).Select(_ => _machine.NewContainer())];
        string[] ids = [.. containers.Select(_ => Machine.NewId())];
        Attached[] endpoints = new Attached[50];
        InParallel(50, index =>
        {
            using Database database = Database.Open(_machine.Root);
            using HostNetworks network = new(_machine.Root, database, TimeProvider.System);
            endpoints[index] = _machine.Host.Run(() => Attached.Join(network, ids[index], containers[index].Pid, PortMapping.Parse("80")));
        });

        Assert.Equal(50, endpoints.Select(endpoint => endpoint.Address.ToString()).Distinct().Count());
        Assert.Equal(50, _machine.Host.Shell("ip -o link show type veth").Split('\n').Count(line => line.Contains("brig-", StringComparison.Ordinal)));
        Assert.Empty(_machine.Host.Run(() => _machine.Network.Orphans(ids.Contains)));

        // While half of them go, removal tries to pull the network from under the others.
        InParallel(25, index =>
        {
            using Database database = Database.Open(_machine.Root);
            _machine.Host.Run(() =>
            {
                using HostNetworks network = new(_machine.Root, database, TimeProvider.System);
                network.Release(ids[index]);
                network.RemoveIdle();
            });
        });
        Assert.Equal(25, _machine.Host.Shell("nft list map inet $(nft list tables | cut -d' ' -f3) published").Split("tcp . ").Length - 1);
        foreach (string id in ids)
        {
            _machine.Detach(id);
        }

        foreach (Attached endpoint in endpoints)
        {
            endpoint.Dispose();
        }

        _machine.Host.Run(_machine.Network.RemoveIdle);
        Assert.Equal("", _machine.Host.Shell("nft list ruleset"));
    }

    [Fact]
    public void Attach_and_removal_race_without_harm()
    {
        Namespace[] containers = [.. Enumerable.Range(0, 4).Select(_ => _machine.NewContainer())];
        InParallel(4, index =>
        {
            using Database database = Database.Open(_machine.Root);
            _machine.Host.Run(() =>
            {
                using HostNetworks network = new(_machine.Root, database, TimeProvider.System);
                for (int round = 0; round < 12; round++)
                {
                    string id = Machine.NewId();
                    using Attached endpoint = Attached.Join(network, id, containers[index].Pid, PortMapping.Parse("80"));
                    network.Evict(id);
                    network.RemoveIdle();
                }
            });
        });
        _machine.Host.Run(_machine.Network.RemoveIdle);
        Assert.Equal("", _machine.Host.Shell("nft list ruleset"));
        Assert.DoesNotContain("brig", _machine.Host.Shell("ip -o link"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_killed_owner_left_is_found_and_taken_back()
    {
        string gone = Machine.NewId(), runs = Machine.NewId();
        Namespace one = _machine.NewContainer(), two = _machine.NewContainer();
        Attached lost = _machine.Attach(one, gone, "8080:80");
        _machine.Attach(two, runs, "8081:80");
        lost.Dispose(); // as the kernel does when the owner dies

        IReadOnlyList<string> orphans = _machine.Host.Run(() => _machine.Network.Orphans(id => id == runs));
        Assert.Equal([$"address 172.17.0.2 of container {gone[..12]}, which does not run"], orphans);

        // Its row lost as well: the kernel's side alone is left.
        _machine.Database.Execute("DELETE FROM endpoints WHERE owner = $owner", ("$owner", gone));
        _machine.Database.Execute("DELETE FROM published_ports WHERE owner = $owner", ("$owner", gone));
        orphans = _machine.Host.Run(() => _machine.Network.Orphans(id => id == runs));
        Assert.Equal(2, orphans.Count);
        Assert.Equal("published port 0.0.0.0:8080/tcp of no container", orphans[0]);
        Assert.Matches("^interface veth[0-9a-f]{7} of no container$", orphans[1]);

        _machine.Host.Run(() => _machine.Network.Repair(id => id == runs));
        Assert.Empty(_machine.Host.Run(() => _machine.Network.Orphans(id => id == runs)));
        _machine.Keep(new Server(two, "two", ProtocolType.Tcp, 80));
        Assert.Equal("two sees 10.99.0.2", Client.Ask(_machine.Remote, "10.99.0.1", 8081));

        _machine.Host.Run(() => _machine.Network.Repair(_ => false));
        Assert.Equal("", _machine.Host.Shell("nft list ruleset"));
        Assert.DoesNotContain("brig", _machine.Host.Shell("ip -o link"), StringComparison.Ordinal);
    }

    [Fact]
    public void Port_of_a_dead_owner_can_be_published_at_once()
    {
        Namespace one = _machine.NewContainer(), two = _machine.NewContainer();
        _machine.Abandon(_machine.Attach(one, Machine.NewId(), "127.0.0.1:8080:80"));
        _machine.Attach(two, Machine.NewId(), "8080:80");
        _machine.Keep(new Server(two, "two", ProtocolType.Tcp, 80));

        Assert.Equal("two sees 172.17.0.1", Client.Ask(_machine.Host, "127.0.0.1", 8080));
        Assert.Equal("two sees 10.99.0.2", Client.Ask(_machine.Remote, "10.99.0.1", 8080));
    }

    [Fact]
    public void Lost_table_and_bridge_are_made_again_with_what_was_published()
    {
        Namespace one = _machine.NewContainer(), two = _machine.NewContainer();
        _machine.Attach(one, Machine.NewId(), "8080:80");
        _machine.Keep(new Server(one, "one", ProtocolType.Tcp, 80));
        _machine.Host.Shell("nft flush ruleset");
        _machine.Attach(two, Machine.NewId());
        Assert.Equal("one sees 10.99.0.2", Client.Ask(_machine.Remote, "10.99.0.1", 8080));

        _machine.Host.Shell("ip link del $(ip -o link show type bridge | cut -d' ' -f2 | tr -d :)");
        Namespace three = _machine.NewContainer();
        Assert.Equal("172.17.0.4", _machine.Attach(three, Machine.NewId()).Address.ToString());
    }

    [Fact]
    public void Subnet_avoids_the_hosts_routes()
    {
        _machine.Host.Shell("ip route add 172.17.5.0/24 via 10.99.0.2 && ip link add b0 type bridge && ip addr add 172.18.0.1/16 dev b0 && ip route add blackhole 172.16.0.0/13");
        Assert.Equal("172.24.0.2", _machine.Attach(_machine.NewContainer(), Machine.NewId()).Address.ToString());
    }

    [Fact]
    public void Two_roots_do_not_see_each_other()
    {
        StateRoot[] roots = [.. Enumerable.Range(0, 6).Select(number => _machine.NewRoot($"other{number}"))];
        Namespace[] containers = [.. roots.Select(_ => _machine.NewContainer())];
        Attached[] endpoints = new Attached[roots.Length];
        InParallel(roots.Length, index =>
        {
            using Database database = Database.Open(roots[index]);
            using HostNetworks network = new(roots[index], database, TimeProvider.System);
            endpoints[index] = _machine.Host.Run(() => Attached.Join(network, Machine.NewId(), containers[index].Pid, index == 0 ? PortMapping.Parse("8080:80") : []));
        });

        Assert.Equal(6, endpoints.Select(endpoint => endpoint.Gateway.ToString()).Distinct().Count());
        _machine.Keep(new Server(containers[0], "zero", ProtocolType.Tcp, 80));
        Assert.Null(Client.Ask(containers[1], endpoints[0].Address.ToString(), 80, milliseconds: 300));
        Assert.StartsWith("zero sees 172.", Client.Ask(containers[1], "10.99.0.1", 8080), StringComparison.Ordinal);
        foreach (Attached endpoint in endpoints)
        {
            endpoint.Dispose();
        }
    }

    [Fact]
    public void Rules_of_others_stay_and_may_forbid_forwarding()
    {
        const string Foreign = "table ip filter {\n\tchain FORWARD {\n\t\ttype filter hook forward priority filter; policy drop;\n\t}\n}\n";
        _machine.Host.Shell($"nft -f - <<'END'\n{Foreign}END");
        Namespace container = _machine.NewContainer();
        string id = Machine.NewId();
        Attached endpoint = _machine.Attach(container, id, "8080:80");
        _machine.Keep(new Server(container, "web", ProtocolType.Tcp, 80));
        _machine.Keep(new Server(_machine.Remote, "remote", ProtocolType.Tcp, 80));

        // What any chain drops is dropped. The host itself still reaches the container; the obstacle is told.
        Assert.Null(Client.Ask(container, "10.99.0.2", 80, milliseconds: 300));
        Assert.Equal("web sees 172.17.0.1", Client.Ask(_machine.Host, "127.0.0.1", 8080));
        Assert.Equal(["ip filter FORWARD"], _machine.Host.Run(_machine.Network.ForwardingObstacles));

        _machine.Detach(id);
        endpoint.Dispose();
        _machine.Host.Run(_machine.Network.RemoveIdle);
        Assert.Equal(Foreign, _machine.Host.Shell("nft list ruleset"));
    }

    [Fact]
    public void Table_reads_as_meant()
    {
        Attached endpoint = _machine.Attach(_machine.NewContainer(), "0123456789abcdef", "8080:80", "127.0.0.1:5353:53/udp");
        string name = _machine.Host.Shell("nft list tables").Split(' ')[2].TrimEnd();
        Assert.Equal(Golden("Table.txt").Replace("NAME", name, StringComparison.Ordinal), _machine.Host.Shell($"nft list table inet {name}"));
        Assert.Equal(3, endpoint.Ports.Count);
    }

    private static string Golden(string name)
    {
        using StreamReader reader = new(typeof(NetworkLifeTests).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    private static void InParallel(int count, Action<int> work)
    {
        Exception? failure = null;
        Thread[] threads = [.. Enumerable.Range(0, count).Select(index => new Thread(() =>
        {
            try
            {
                work(index);
            }
            catch (Exception error)
            {
                failure = error;
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.Null(failure);
    }
}
