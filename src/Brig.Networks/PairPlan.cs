using System.Net;

namespace Brig.Networks;

/// <summary>What a container's interface is to be. The bridge is told by its index, the address lies in the subnet.</summary>
internal sealed record PairPlan(string Outside, uint Group, int Bridge, uint Mtu, byte[] HardwareAddress, IPAddress Address, Subnet Subnet)
{
    /// <summary>Whether the container must reach itself by a port that it publishes on the host: where bridged packets pass the IP rules (br_netfilter), the answer leaves by the port it came from.</summary>
    internal bool Hairpin { get; init; }
}
