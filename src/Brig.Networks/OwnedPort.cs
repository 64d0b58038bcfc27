using System.Net;
using System.Net.Sockets;

namespace Brig.Networks;

/// <summary>A published port, whose it is, and the network of the endpoint it leads to (empty for none).</summary>
internal sealed record OwnedPort(string Owner, string Network, PublishedPort Port, PortWay Way)
{
    /// <summary>Whether the table has an element for it.</summary>
    internal bool IsRuled => Way != PortWay.Relay;

    /// <summary>Whether it is of the container's own address.</summary>
    internal bool IsDirect => Way is PortWay.Direct or PortWay.Trusted;

    /// <summary>With the container's address where it is of that; null where the container has none of the family.</summary>
    internal OwnedPort? At(EndpointRow endpoint)
    {
        if (!IsDirect)
        {
            return this;
        }

        IPAddress? address = Port.HostAddress.AddressFamily == AddressFamily.InterNetwork ? endpoint.Address : endpoint.Address6;
        return address is null ? null : this with { Port = Port with { HostAddress = address, HostPort = Port.ContainerPort } };
    }
}
