using System.Net;

namespace Brig.Networks;

/// <summary>An address of the network in a container's hands, and the host's end of its pair.</summary>
internal sealed record Lease(string Owner, IPAddress Address, string Interface);
