using System.Net;

namespace Brig.Networks;

/// <summary>A container in a network.</summary>
public sealed record NetworkMember(string ContainerId, string MacAddress, IPAddress? Address, IPAddress? Address6);
