using System.Net;

namespace Brig.Networks.Tests;

/// <summary>A container's sandbox with one endpoint.</summary>
internal sealed class Attached(Sandbox sandbox) : IDisposable
{
    internal Sandbox Sandbox { get; } = sandbox;

    internal IPAddress Address => Sandbox.Endpoints[0].Address!;

    internal IPAddress Address6 => Sandbox.Endpoints[0].Address6!;

    internal IPAddress Gateway => Sandbox.Endpoints[0].Gateway!;

    internal int PrefixLength => Sandbox.Endpoints[0].PrefixLength;

    internal string MacAddress => Sandbox.Endpoints[0].MacAddress;

    internal IReadOnlyList<PublishedPort> Ports => Sandbox.Ports;

    /// <summary>Attaches a namespace to the networks named, to the default one where none is.</summary>
    internal static Attached Join(HostNetworks networks, string id, int pid, IReadOnlyList<PortMapping> ports, params EndpointRequest[] requests)
    {
        Sandbox sandbox = new(networks, id, pid);
        sandbox.Join(requests.Length > 0 ? requests : [new EndpointRequest { Network = "bridge" }], [], ports);
        return new Attached(sandbox);
    }

    public void Dispose() => Sandbox.Dispose();
}
