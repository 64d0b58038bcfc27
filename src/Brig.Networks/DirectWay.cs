using System.Net;
using Brig.Linux.Netlink;

namespace Brig.Networks;

/// <summary>What others than the host reach of a container in a bridge network by its own address.</summary>
/// <param name="Port">0 for any, of any protocol.</param>
/// <param name="From">The host's interfaces by which it is reached, with commas; empty for all.</param>
public sealed record DirectWay(IPAddress Address, int Port, TransportProtocol Protocol, string From);
