using System.Net;
using System.Net.Sockets;

namespace Brig.Networks;

/// <summary>A container's place in a network.</summary>
public sealed class Endpoint
{
    internal Endpoint(Network network, EndpointRow row, EndpointRequest request)
    {
        (Network, Row, Request) = (network, row, request);
    }

    public Network Network { get; }

    public EndpointRequest Request { get; }

    /// <summary>The interface's name in the container.</summary>
    public string Interface => Row.Inside;

    public IPAddress? Address => Row.Address;

    public int PrefixLength => Length(Row.Address);

    /// <summary>Null where the network has no way out.</summary>
    public IPAddress? Gateway => Route(AddressFamily.InterNetwork, Row.Address);

    public IPAddress? Address6 => Row.Address6;

    public int PrefixLength6 => Length(Row.Address6);

    public IPAddress? Gateway6 => Route(AddressFamily.InterNetworkV6, Row.Address6);

    /// <summary>Six pairs of hexadecimal digits with colons.</summary>
    public string MacAddress => Row.Hardware;

    internal EndpointRow Row { get; }

    private IPAddress? Route(AddressFamily family, IPAddress? address) => address is null || Network.Internal ? null : Network.PoolOf(family)?.RouteAddress;

    private int Length(IPAddress? address) => address is null ? 0 : Network.Pools.FirstOrDefault(pool => pool.Network.Contains(address))?.Network.PrefixLength ?? 0;
}
