using Brig.State;

namespace Brig.Networks.Tests;

/// <summary>
/// A host in a namespace, 10.99.0.1 and fd99::1, beside a remote one, 10.99.0.2 and fd99::2, which is its way out. State roots lie in a temporary folder.
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
        Host.Shell($"ip link add {near} mtu {mtu} type veth peer name eth0 mtu {mtu} netns {Remote.Pid} && ip link set {near} name up0 && ip addr add 10.99.0.1/24 dev up0 && ip addr add fd99::1/64 dev up0 nodad && ip link set up0 up && ip route add default via 10.99.0.2 && ip route add default via fd99::2");
        Remote.Shell("ip addr add 10.99.0.2/24 dev eth0 && ip addr add fd99::2/64 dev eth0 nodad && ip link set eth0 up");
        Root = NewRoot("root");
        Database = Keep(Database.Open(Root));
        Network = Keep(new HostNetworks(Root, Database, TimeProvider.System));
    }

    internal Namespace Host { get; } = new();

    internal Namespace Remote { get; } = new();

    internal StateRoot Root { get; }

    internal Database Database { get; }

    internal HostNetworks Network { get; }

    internal StateRoot NewRoot(string name) => new($"{_folder}/{name}", $"{_folder}/{name}-run");

    /// <summary>Defines a network.</summary>
    internal Network NewNetwork(NetworkRequest request) => Host.Run(() => Network.Definitions.Create(request));

    /// <summary>A name server at the remote's 10.99.0.2 which knows example.test.</summary>
    internal Program StartNames()
    {
        Program server = new(Shell.Start("nsenter", ["--net=/proc/" + Remote.Pid + "/ns/net", "dnsmasq", "--keep-in-foreground", "--no-resolv", "--no-hosts", "--conf-file=/dev/null", "--pid-file=",
            "--user=root", "--listen-address=10.99.0.2", "--bind-interfaces", "--address=/example.test/192.0.2.7"]));
        Assert.True(SpinWait.SpinUntil(() => Remote.Shell("ss -Hlun").Contains("10.99.0.2:53", StringComparison.Ordinal), 30_000));
        return server;
    }

    /// <summary>A program that ends with this object.</summary>
    internal sealed class Program(System.Diagnostics.Process process) : IDisposable
    {
        public void Dispose()
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            process.Dispose();
        }
    }

    internal static string NewId() => Convert.ToHexStringLower(Guid.NewGuid().ToByteArray()) + Convert.ToHexStringLower(Guid.NewGuid().ToByteArray());

    internal T Keep<T>(T thing)
        where T : IDisposable
    {
        _things.Add(thing);
        return thing;
    }

    internal Namespace NewContainer(params string[] flags) => Keep(new Namespace(flags));

    internal Attached Attach(Namespace container, string id, params string[] ports) =>
        Keep(Host.Run(() => Attached.Join(Network, id, container.Pid, [.. ports.SelectMany(PortMapping.Parse)])));

    /// <summary>Attaches to networks with what is asked of each.</summary>
    internal Attached Attach(Namespace container, string id, EndpointRequest[] requests, params string[] ports) =>
        Keep(Host.Run(() => Attached.Join(Network, id, container.Pid, [.. ports.SelectMany(PortMapping.Parse)], requests)));

    /// <summary>Closes the sockets as the death of their owner does. A program that another test starts at that moment has copies of them until it is executed.</summary>
    internal void Abandon(Attached endpoint)
    {
        endpoint.Dispose();
        Assert.True(SpinWait.SpinUntil(() => endpoint.Ports.All(port => !Host.Shell("ss -Hltn").Contains($":{port.HostPort} ", StringComparison.Ordinal)), 5000));
    }

    internal void Detach(string id) => Host.Run(() => Network.Release(id));

    public void Dispose()
    {
        _things.Reverse();
        _things.ForEach(thing => thing.Dispose());
        Host.Dispose();
        Remote.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
