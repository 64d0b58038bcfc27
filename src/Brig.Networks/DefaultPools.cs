using System.Net;
using System.Net.Sockets;
using System.Text;
using Brig.Linux;
using Brig.State;

namespace Brig.Networks;

/// <summary>
/// Subnets for networks of which nobody said any. Docker cuts the same private ranges into /16 and /20, which is 30 networks; here a
/// network made by the user gets a /20 (4,093 containers), and 10.128.0.0/9 comes last: 2,288 networks.
/// </summary>
internal static class DefaultPools
{
    private const int Length = 20;

    /// <summary>For the default network: the first free of 172.17.0.0/16 to 172.31.0.0/16, then of 192.168.0.0/20 and so on.</summary>
    internal static Subnet ForDefault(Func<Subnet, bool> isFree) => First(Blocks(0xAC110000, 0xAC1F0000, 16).Concat(Blocks(0xC0A80000, 0xC0A8F000, Length)), isFree);

    internal static Subnet ForUser(Func<Subnet, bool> isFree) =>
        First(Blocks(0xAC120000, 0xAC1FF000, Length).Concat(Blocks(0xC0A80000, 0xC0A8F000, Length)).Concat(Blocks(0x0A800000, 0x0AFFF000, Length)), isFree);

    /// <summary>
    /// The first free /64 of the root's own fdXX:XXXX:XXXX::/48 (RFC 4193). The 40 bits come from the machine's ID and the root's path:
    /// random among machines, and the same after the database was lost.
    /// </summary>
    internal static Subnet ForIPv6(StateRoot root, Func<Subnet, bool> isFree)
    {
        ulong hash = Hash((Files.TryReadText("/etc/machine-id") ?? Environment.MachineName).Trim() + root.Root);
        UInt128 site = new((0xFDUL << 56) | (hash & 0xFFFFFFFFFF) << 16, 0);
        for (uint number = 0; number <= ushort.MaxValue; number++)
        {
            Subnet subnet = new(AddressFamily.InterNetworkV6, site | ((UInt128)number << 64), 64);
            if (isFree(subnet))
            {
                return subnet;
            }
        }

        throw BrigException.Unavailable("all predefined address pools have been fully subnetted: every /64 of this root's IPv6 range is taken (network create --subnet)");
    }

    // FNV-1a: a cryptographic hash would load a library for nothing.
    internal static ulong Hash(string text)
    {
        ulong hash = 0xcbf29ce484222325;
        foreach (byte part in Encoding.UTF8.GetBytes(text))
        {
            hash = (hash ^ part) * 0x100000001b3;
        }

        return hash;
    }

    private static Subnet First(IEnumerable<Subnet> subnets, Func<Subnet, bool> isFree) => subnets.Where(isFree).Cast<Subnet?>().FirstOrDefault()
        ?? throw BrigException.Unavailable("all predefined address pools have been fully subnetted: other networks and the host's routes overlap each (network create --subnet)");

    private static IEnumerable<Subnet> Blocks(uint first, uint last, int length)
    {
        for (ulong network = first; network <= last; network += 1UL << (32 - length))
        {
            yield return new Subnet(AddressFamily.InterNetwork, network, length);
        }
    }
}
