using System.Net;
using Brig.Linux.Netlink;

namespace Brig.Networks;

/// <summary>A port of the host that leads to a container's. The addresses 0.0.0.0 and :: stand for every one of the host's.</summary>
public sealed record PublishedPort(IPAddress HostAddress, int HostPort, int ContainerPort, TransportProtocol Protocol)
{
    /// <summary>As in <c>docker ps</c>, e.g. <c>0.0.0.0:8080->80/tcp</c>.</summary>
    public override string ToString() => $"{new IPEndPoint(HostAddress, HostPort)}->{ContainerPort}/{PortMappingText.Name(Protocol)}";
}
