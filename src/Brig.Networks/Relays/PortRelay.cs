using System.Net;
using Brig.Linux;
using Brig.Linux.Netlink;

namespace Brig.Networks.Relays;

/// <summary>
/// Passes on what reaches those published ports that no rule leads to the container: IPv6 ports of a network without IPv6, the host's
/// ::1, and every port of a network whose ports are to be subject to the host's INPUT rules. Runs in the event loop of the monitor.
/// The container sees the host as the other end.
/// </summary>
public sealed class PortRelay : IDisposable
{
    private readonly List<IDisposable> _listeners = [];

    /// <param name="target">The address that ports lead to now; null while there is none.</param>
    public PortRelay(EventLoop loop, IReadOnlyList<HeldPort> ports, Func<IPAddress?> target)
    {
        foreach (HeldPort port in ports.Where(port => port is { Listens: true, Socket: not null }))
        {
            IPEndPoint? Target() => target() is { } address ? new IPEndPoint(address, port.Port.ContainerPort) : null;
            _listeners.Add(port.Port.Protocol == TransportProtocol.Udp ? new DatagramRelay(loop, port.Socket!, Target) : new StreamRelay(loop, port.Socket!, Target));
        }
    }

    /// <summary>Ends connections. The ports stay the sandbox's.</summary>
    public void Dispose()
    {
        _listeners.ForEach(listener => listener.Dispose());
        _listeners.Clear();
    }
}
