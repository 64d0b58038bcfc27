namespace Brig.Networks;

/// <summary>How packets get from a published port to the container. The numbers stand in the database.</summary>
public enum PortWay
{
    /// <summary>The host's port is translated by a rule.</summary>
    Rule = 0,

    /// <summary>The monitor listens at the host's port and passes on, so that the host's rules for its own ports hold.</summary>
    Relay = 1,

    /// <summary>No port of the host: the container's own address is reached by it, from everywhere (gateway mode routed).</summary>
    Direct = 2,

    /// <summary>As <see cref="Direct"/>, beside a port of the host's, and from interfaces alone that the network trusts.</summary>
    Trusted = 3,
}
