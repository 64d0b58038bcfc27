namespace Brig.Networks;

/// <summary>How a network's containers reach each other and what is beyond.</summary>
public enum NetworkDriver
{
    /// <summary>Over a bridge of the host, with address translation.</summary>
    Bridge,

    /// <summary>With addresses and hardware addresses of their own in the network of a link of the host.</summary>
    Macvlan,

    /// <summary>With addresses of their own behind the hardware address of a link of the host.</summary>
    Ipvlan,

    /// <summary>In the host's network itself.</summary>
    Host,

    /// <summary>Not at all.</summary>
    None,
}
