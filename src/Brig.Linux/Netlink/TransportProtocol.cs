namespace Brig.Linux.Netlink;

/// <summary>Protocols that have ports, by their IP protocol numbers.</summary>
public enum TransportProtocol
{
    Tcp = 6,
    Udp = 17,
    Sctp = 132,
}
