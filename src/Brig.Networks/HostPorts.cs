using System.Net;
using System.Net.Sockets;
using Brig.Linux;
using Brig.Linux.Netlink;
using Microsoft.Win32.SafeHandles;

namespace Brig.Networks;

/// <summary>Ports of the host, held by sockets bound to them.</summary>
internal sealed class HostPorts : IDisposable
{
    private readonly List<SafeFileHandle> _sockets = [];
    private readonly List<PublishedPort> _ports = [];

    internal IReadOnlyList<PublishedPort> Ports => _ports;

    /// <summary>Binds all or none.</summary>
    internal static HostPorts Bind(IReadOnlyList<PortMapping> mappings, LeaseTable leases)
    {
        HostPorts held = new();
        try
        {
            foreach (PortMapping mapping in mappings.Distinct())
            {
                held.Bind(mapping, leases);
            }

            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (SafeFileHandle socket in _sockets)
        {
            socket.Dispose();
        }

        _sockets.Clear();
    }

    private void Bind(PortMapping mapping, LeaseTable leases)
    {
        IPAddress address = mapping.HostAddress ?? IPAddress.Any;
        if (address.AddressFamily != AddressFamily.InterNetwork)
        {
            throw BrigException.Unsupported($"publish {mapping}: IPv6 host addresses are not supported yet");
        }

        for (int wanted = mapping.HostPort; ; wanted++)
        {
            int port = wanted;
            Errno errno = Hold(mapping.Protocol, address, ref port, leases);
            switch (errno)
            {
                case Errno.None:
                    _ports.Add(new PublishedPort(address, port, mapping.ContainerPort, mapping.Protocol));
                    return;
                case Errno.EADDRINUSE when wanted < mapping.LastHostPort:
                    break;
                case Errno.EADDRINUSE:
                    PublishedPort taken = new(address, wanted, mapping.ContainerPort, mapping.Protocol);
                    string owner = leases.Claims(taken) is [var claim, ..] ? $" (in use by container {leases.ContainerName(claim.Owner)})"
                        : _ports.Contains(taken) || _ports.Exists(port => port.HostPort == wanted && port.Protocol == mapping.Protocol) ? " (this container publishes it twice)"
                        : PortUser.Find(taken) is { } user ? $" (in use by {user})" : "";
                    throw BrigException.Conflict($"Bind for {address}:{wanted} failed: port is already allocated{owner}");
                default:
                    throw new BrigException(errno is Errno.EACCES or Errno.EPERM ? ErrorKind.PermissionDenied : ErrorKind.InvalidArgument,
                        $"Bind for {address}:{wanted} failed: {LinuxException.Reason(errno)}", new LinuxException("bind", $"{address}:{wanted}", errno));
            }
        }
    }

    private Errno Hold(TransportProtocol protocol, IPAddress address, ref int port, LeaseTable leases)
    {
        SafeFileHandle? socket = PortSocket.TryBind(protocol, address, ref port, out Errno errno);
        if (socket is not null)
        {
            _sockets.Add(socket);
            return Errno.None;
        }

        if (protocol != TransportProtocol.Sctp || errno is not (Errno.EPROTONOSUPPORT or Errno.ESOCKTNOSUPPORT))
        {
            return errno;
        }

        // A kernel without SCTP sockets still translates SCTP, and nothing else on the host can use the port: the database alone says who has it.
        if (port == 0)
        {
            using SafeFileHandle? number = PortSocket.TryBind(TransportProtocol.Udp, address, ref port, out errno);
            return number is null ? errno : Errno.None;
        }

        return leases.Claims(new PublishedPort(address, port, 0, protocol)).Count > 0 ? Errno.EADDRINUSE : Errno.None;
    }
}
