using System.Net.Sockets;

namespace Brig.Networks.Tests;

/// <summary>Many endpoints on one network: the short form of tests/Brig.EndToEnd/Networks/full.sh.</summary>
public sealed class ScaleTests : IDisposable
{
    private readonly Machine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void A_full_bridge_says_so_and_takes_the_next_when_one_left()
    {
        _machine.NewNetwork(new NetworkRequest { Name = "net" });
        string id = Machine.NewId();
        Attached first = Attach(_machine.NewContainer(), id);
        string bridge = first.Sandbox.Endpoints[0].Network.Bridge;

        // Ports 2 to 1,023, by the plainest links there are.
        _machine.Host.Shell($"for n in $(seq 511); do echo link add f$n master {bridge} type veth peer name g$n; echo link set g$n master {bridge}; done | ip -batch -");
        string refused = Machine.NewId();
        BrigException full = Assert.Throws<BrigException>(() => Attach(_machine.NewContainer(), refused));
        Assert.Equal(ErrorKind.Unavailable, full.Kind);
        Assert.Equal("network net is full: a bridge of the kernel takes 1,023 containers (brig network create another, or disconnect some)", full.Message);
        Assert.Empty(_machine.Host.Run(() => _machine.Network.Orphans(owner => owner == id)));
        _machine.Host.Run(() => _machine.Network.Evict(id));
        Attach(_machine.NewContainer(), refused);
    }

    [Fact]
    public void Two_hundred_containers_of_one_network_reach_each_other()
    {
        _machine.NewNetwork(new NetworkRequest { Name = "net", IPv6 = true });
        List<(Namespace Place, Attached At)> all = [];
        for (int number = 0; number < 200; number++)
        {
            Namespace place = _machine.NewContainer();
            all.Add((place, Attach(place, Machine.NewId())));
        }

        Assert.Equal(200, all.Select(one => one.At.Address).Distinct().Count());
        _machine.Keep(new Server(all[0].Place, "first", ProtocolType.Tcp, 80, "::"));
        foreach ((Namespace place, Attached at) in all.Skip(1).Where((_, number) => number % 20 == 0))
        {
            Assert.Equal($"first sees {at.Address}", Client.Ask(place, all[0].At.Address.ToString(), 80));
            Assert.Equal($"first sees {at.Address6}", Client.Ask(place, all[0].At.Address6.ToString(), 80));
        }
    }

    private Attached Attach(Namespace place, string id) => _machine.Attach(place, id, [new EndpointRequest { Network = "net" }]);
}
