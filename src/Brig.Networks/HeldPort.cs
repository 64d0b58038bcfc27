using Microsoft.Win32.SafeHandles;

namespace Brig.Networks;

/// <summary>A published port, and the host's in this process' hands that leads there.</summary>
/// <param name="Port">Of the host's address 0.0.0.0 or ::, port 0, where the container's own address is reached: that is all it says of the family.</param>
/// <param name="Socket">Null where the kernel has no sockets of the protocol, or no port of the host is needed.</param>
/// <param name="Listens">What comes can be taken from the socket.</param>
public sealed record HeldPort(PublishedPort Port, SafeFileHandle? Socket, PortWay Way, bool Listens);
