using System.Net;

namespace Brig.Networks;

/// <summary>How a container's ports can be published, given the network they lead into.</summary>
/// <param name="Network">Its ID; empty where there is none yet.</param>
/// <param name="IPv4">Whether the container has an address of the family there.</param>
/// <param name="IPv6">Whether the container has an address of the family there.</param>
/// <param name="ThroughInput">Whether every port is relayed, so that the host's rules for its own ports hold.</param>
/// <param name="Default">The host address of ports that name none; null for every.</param>
internal sealed record PortPolicy(string Network, bool IPv4, bool IPv6, bool ThroughInput, IPAddress? Default);
