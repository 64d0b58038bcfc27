namespace Brig.Networks;

/// <summary>How the packets of one family get into a bridge network and out of it, in Docker's words.</summary>
public enum GatewayMode
{
    /// <summary>Out with the host's address; in by published ports of the host.</summary>
    Nat,

    /// <summary>As <see cref="Nat"/>, and any packet to a container's own address comes in, but not from other networks of the root.</summary>
    NatUnprotected,

    /// <summary>Out with the container's own address; in to it, by the ports that it publishes.</summary>
    Routed,

    /// <summary>Neither; the bridge has no address, so that not even the host is reached.</summary>
    Isolated,
}
