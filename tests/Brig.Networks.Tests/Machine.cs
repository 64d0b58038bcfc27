using Brig.State;

namespace Brig.Networks.Tests;

/// <summary>
/// A host in a namespace, 10.99.0.1, beside a remote one, 10.99.0.2, which is its way out. State roots lie in a temporary folder.
/// </summary>
internal sealed class Machine : IDisposable
{
    private static int s_number;
    private readonly string _folder = Directory.CreateTempSubdirectory("brig-networks-").FullName;
    private readonly List<IDisposable> _things = [];

    internal Machine(int mtu = 1500)
    {
        int number = Interlocked.Increment(ref s_number);
        string near = $"bt{Environment.ProcessId % 100000}n{number}";
        Host.Shell("ip link set lo up");
        Remote.Shell("ip link set lo up");
        Host.Shell($"ip link add {near} mtu {mtu} type veth peer name eth0 mtu {mtu} netns {Remote.Pid} && ip link set {near} name up0 && ip addr add 10.99.0.1/24 dev up0 && ip link set up0 up && ip route add default via 10.99.0.2");
        Remote.Shell("ip addr add 10.99.0.2/24 dev eth0 && ip link set eth0 up");
        Root = NewRoot("root");
        Database = Keep(Database.Open(Root));
        Network = Keep(new BridgeNetwork(Root, Database));
    }

    internal Namespace Host { get; } = new();

    internal Namespace Remote { get; } = new();

    internal StateRoot Root { get; }

    internal Database Database { get; }

    internal BridgeNetwork Network { get; }

    internal StateRoot NewRoot(string name) => new($"{_folder}/{name}", $"{_folder}/{name}-run");

    internal static string NewId() => Convert.ToHexStringLower(Guid.NewGuid().ToByteArray()) + Convert.ToHexStringLower(Guid.NewGuid().ToByteArray());

    internal T Keep<T>(T thing)
        where T : IDisposable
    {
        _things.Add(thing);
        return thing;
    }

    internal Namespace NewContainer(params string[] flags) => Keep(new Namespace(flags));

    internal Endpoint Attach(Namespace container, string id, params string[] ports) =>
        Keep(Host.Run(() => Network.Attach(id, container.Pid, [.. ports.SelectMany(PortMapping.Parse)])));

    /// <summary>Closes the sockets as the death of their owner does. A program that another test starts at that moment has copies of them until it is executed.</summary>
    internal void Abandon(Endpoint endpoint)
    {
        endpoint.Dispose();
        Assert.True(SpinWait.SpinUntil(() => endpoint.Ports.All(port => !Host.Shell("ss -Hltn").Contains($":{port.HostPort} ", StringComparison.Ordinal)), 5000));
    }

    internal void Detach(string id) => Host.Run(() => Network.Detach(id));

    public void Dispose()
    {
        _things.Reverse();
        _things.ForEach(thing => thing.Dispose());
        Host.Dispose();
        Remote.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
