using System.Net;

namespace Brig.Networks;

/// <summary>What a container's interface is to be.</summary>
internal sealed record LinkPlan(Network Network, EndpointRow Row, uint Mtu)
{
    /// <summary>Whether the default routes of the families lead through it.</summary>
    internal bool Route4 { get; init; }

    internal bool Route6 { get; init; }

    /// <summary>Whether the container must reach itself by a port that it publishes on the host: where bridged packets pass the IP rules (br_netfilter), the answer leaves by the port it came from.</summary>
    internal bool Hairpin { get; init; }

    /// <summary>Further addresses.</summary>
    internal IReadOnlyList<IPAddress> LinkLocal { get; init; } = [];
}
