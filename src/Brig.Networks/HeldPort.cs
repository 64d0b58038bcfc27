using Microsoft.Win32.SafeHandles;

namespace Brig.Networks;

/// <summary>A port of the host in this process' hands.</summary>
/// <param name="Socket">Null where the kernel has no sockets of the protocol.</param>
/// <param name="Relayed">No rule leads to the container: what comes is passed on.</param>
/// <param name="Listens">What comes can be taken from the socket.</param>
public sealed record HeldPort(PublishedPort Port, SafeFileHandle? Socket, bool Relayed, bool Listens);
