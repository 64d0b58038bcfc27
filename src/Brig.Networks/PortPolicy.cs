using System.Net;

namespace Brig.Networks;

/// <summary>How a container's ports can be published, given the network they lead into.</summary>
/// <param name="IPv4">Null where the container has no address of the family there.</param>
/// <param name="IPv6">Null where the container has no address of the family there.</param>
internal sealed record PortPolicy(GatewayMode? IPv4, GatewayMode? IPv6)
{
    /// <summary>Whether every port of the host's is relayed, so that the host's rules for its own ports hold.</summary>
    internal bool ThroughInput { get; init; }

    /// <summary>Whether there are interfaces by which the container's own address is reached.</summary>
    internal bool HasTrusted { get; init; }

    /// <summary>The host address of ports that name none; null for every.</summary>
    internal IPAddress? Default { get; init; }

    internal static PortPolicy Of(Network network)
    {
        BridgeOptions options = BridgeOptions.Of(network);
        return new PortPolicy(
            network.IPv4 ? options.Mode(System.Net.Sockets.AddressFamily.InterNetwork) : null,
            network.IPv6 ? options.Mode(System.Net.Sockets.AddressFamily.InterNetworkV6) : null)
        {
            ThroughInput = options.ThroughInput,
            HasTrusted = options.TrustedInterfaces.Count > 0,
            Default = options.HostBinding,
        };
    }
}
