using System.Net;

namespace Brig.Networks;

/// <summary>A container's place in a network. It holds the host ports: keep it until <see cref="BridgeNetwork.Detach"/> was called, then dispose it, which closes their sockets and does nothing else.</summary>
public sealed class Endpoint : IDisposable
{
    private readonly HostPorts _held;

    internal Endpoint(IPAddress address, Subnet subnet, string macAddress, HostPorts held)
    {
        Address = address;
        PrefixLength = subnet.PrefixLength;
        Gateway = subnet.Gateway;
        MacAddress = macAddress;
        _held = held;
    }

    public IPAddress Address { get; }

    public int PrefixLength { get; }

    public IPAddress Gateway { get; }

    /// <summary>Six pairs of hexadecimal digits with colons.</summary>
    public string MacAddress { get; }

    public IReadOnlyList<PublishedPort> Ports => _held.Ports;

    public void Dispose() => _held.Dispose();
}
