namespace Brig.Linux.Nftables;

/// <summary>
/// The type of one part of a key or value, by nft's own number for it: the kernel keeps it for nft's sake, who prints by it.
/// A concatenation is written as its parts' numbers, six bits each, the first on top.
/// </summary>
public enum MapType
{
    Ipv4Address = 7,
    Ipv6Address = 8,
    InternetProtocol = 12,
    InternetService = 13,
    InterfaceName = 41,
}
