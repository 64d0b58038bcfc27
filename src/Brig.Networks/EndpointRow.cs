using System.Net;

namespace Brig.Networks;

/// <summary>A container's place in a network as the database has it.</summary>
internal sealed record EndpointRow(string Owner, string Network, string Interface, string Inside, string Hardware, IPAddress? Address, IPAddress? Address6);
