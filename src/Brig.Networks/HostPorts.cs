using System.Net;
using System.Net.Sockets;
using Brig.Linux;
using Brig.Linux.Netlink;
using Microsoft.Win32.SafeHandles;

namespace Brig.Networks;

/// <summary>
/// Ports of the host, held by sockets bound to them. Where rules lead to the container the socket of an IPv4 port takes nothing;
/// that of an IPv6 port takes what comes to ::1, which no rule can lead on; and where no rule leads it takes everything, to be relayed.
/// </summary>
internal sealed class HostPorts : IDisposable
{
    private const int MostTries = 64;
    private readonly List<HeldPort> _held = [];

    internal IReadOnlyList<HeldPort> Held => _held;

    internal IEnumerable<PublishedPort> Ports => _held.Select(held => held.Port);

    /// <summary>Binds all or none.</summary>
    internal static HostPorts Bind(IReadOnlyList<PortMapping> mappings, PortPolicy policy, LeaseTable leases)
    {
        HostPorts held = new();
        try
        {
            foreach (PortMapping mapping in mappings.Distinct())
            {
                held.Bind(mapping, policy, leases);
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
        foreach (HeldPort held in _held)
        {
            held.Socket?.Dispose();
        }

        _held.Clear();
    }

    private void Bind(PortMapping mapping, PortPolicy policy, LeaseTable leases)
    {
        // What names no address is published on every one, IPv6 ones too where the host has IPv6; with the same number.
        IPAddress? given = mapping.HostAddress ?? policy.Default;
        bool four = given is null or { AddressFamily: AddressFamily.InterNetwork }, six = given is null or { AddressFamily: AddressFamily.InterNetworkV6 };
        if (four)
        {
            OpenDirect(mapping, IPAddress.Any, policy.IPv4, policy.HasTrusted);
        }

        // Without IPv6, a network's IPv6 ports lead by its IPv4, which has no port of the host's where it is routed.
        bool host4 = four && policy.IPv4 != GatewayMode.Routed;
        bool host6 = six && policy.IPv6 != GatewayMode.Routed && !(policy.IPv6 is null && policy.IPv4 == GatewayMode.Routed) && (mapping.Protocol != TransportProtocol.Sctp || given is not null);
        if (host4 || host6)
        {
            BindHost(mapping, given ?? (host4 ? IPAddress.Any : IPAddress.IPv6Any), host4 && host6, policy, leases);
        }

        if (six)
        {
            OpenDirect(mapping, IPAddress.IPv6Any, policy.IPv6, policy.HasTrusted);
        }
    }

    /// <summary>Where the container's own address is to be reached, that is a way in of its own.</summary>
    private void OpenDirect(PortMapping mapping, IPAddress family, GatewayMode? mode, bool hasTrusted)
    {
        PortWay? way = mode == GatewayMode.Routed ? PortWay.Direct : mode == GatewayMode.Nat && hasTrusted ? PortWay.Trusted : null;
        if (way is { } found && new HeldPort(new PublishedPort(family, 0, mapping.ContainerPort, mapping.Protocol), null, found, Listens: false) is var direct && !_held.Contains(direct))
        {
            _held.Add(direct);
        }
    }

    /// <param name="both">Whether IPv6 gets the same number as IPv4.</param>
    private void BindHost(PortMapping mapping, IPAddress address, bool both, PortPolicy policy, LeaseTable leases)
    {
        int tries = 0;
        for (int wanted = mapping.HostPort; ; wanted++)
        {
            int port = wanted;
            Errno errno = Hold(mapping, address, ref port, policy, leases);
            if (errno == Errno.None && both)
            {
                int same = port;
                errno = Hold(mapping, IPAddress.IPv6Any, ref same, policy, leases);
                if (errno is Errno.EAFNOSUPPORT or Errno.EADDRNOTAVAIL)
                {
                    return;
                }

                if (errno != Errno.None)
                {
                    _held[^1].Socket?.Dispose();
                    _held.RemoveAt(_held.Count - 1);
                }

                if (errno == Errno.EADDRINUSE && mapping.HostPort == 0 && ++tries < MostTries)
                {
                    wanted = -1; // another one that the host chooses
                    continue;
                }
            }

            switch (errno)
            {
                case Errno.None:
                    return;
                case Errno.EADDRINUSE when wanted < mapping.LastHostPort:
                    break;
                case Errno.EADDRINUSE:
                    throw BrigException.Conflict($"Bind for {new IPEndPoint(address, wanted)} failed: port is already allocated{Owner(new PublishedPort(address, wanted, mapping.ContainerPort, mapping.Protocol), leases)}");
                default:
                    throw new BrigException(errno is Errno.EACCES or Errno.EPERM ? ErrorKind.PermissionDenied : ErrorKind.InvalidArgument,
                        $"Bind for {new IPEndPoint(address, wanted)} failed: {LinuxException.Reason(errno)}", new LinuxException("bind", $"{address}:{wanted}", errno));
            }
        }
    }

    private string Owner(PublishedPort taken, LeaseTable leases) =>
        _held.Exists(held => held.Port.HostPort == taken.HostPort && held.Port.Protocol == taken.Protocol) ? " (this container publishes it twice)"
        : leases.Claims(taken) is [var claim, ..] ? $" (in use by container {leases.ContainerName(claim.Owner)})"
        : PortUser.Find(taken) is { } user ? $" (in use by {user})"
        : "";

    private Errno Hold(PortMapping mapping, IPAddress address, ref int port, PortPolicy policy, LeaseTable leases)
    {
        TransportProtocol protocol = mapping.Protocol;
        bool six = address.AddressFamily == AddressFamily.InterNetworkV6;
        bool relayed = policy.ThroughInput || (six ? policy.IPv6 : policy.IPv4) is null;
        if (protocol == TransportProtocol.Sctp && relayed)
        {
            throw BrigException.Unsupported($"publish {mapping}: SCTP can be published by rules alone, which this network has none for ({(policy.ThroughInput ? BridgeOptions.ThroughInputName : six ? "no IPv6" : "no IPv4")})");
        }

        bool listens = relayed || (six && protocol != TransportProtocol.Sctp);
        SafeFileHandle? socket = listens ? PortSocket.TryListen(protocol, address, ref port, out Errno errno) : PortSocket.TryBind(protocol, address, ref port, out errno);
        if (socket is null && protocol == TransportProtocol.Sctp && errno is Errno.EPROTONOSUPPORT or Errno.ESOCKTNOSUPPORT)
        {
            errno = Claim(address, ref port, leases);
        }
        else if (socket is null)
        {
            return errno;
        }

        if (errno == Errno.None)
        {
            _held.Add(new HeldPort(new PublishedPort(address, port, mapping.ContainerPort, protocol), socket, relayed ? PortWay.Relay : PortWay.Rule, listens));
        }

        return errno;
    }

    /// <summary>A kernel without SCTP sockets still translates SCTP, and nothing else on the host can use the port: the database alone says who has it.</summary>
    private static Errno Claim(IPAddress address, ref int port, LeaseTable leases)
    {
        if (port == 0)
        {
            using SafeFileHandle? number = PortSocket.TryBind(TransportProtocol.Udp, address, ref port, out Errno errno);
            return number is null ? errno : Errno.None;
        }

        return leases.Claims(new PublishedPort(address, port, 0, TransportProtocol.Sctp)).Count > 0 ? Errno.EADDRINUSE : Errno.None;
    }
}
