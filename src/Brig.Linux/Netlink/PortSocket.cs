using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Brig.Linux.Netlink;

/// <summary>
/// A socket that holds a port and takes nothing from it: a filter drops whatever reaches it. A TCP one listens, so that
/// it stands in everyone's list of ports in use and nobody else can bind the port, SO_REUSEADDR or not.
/// </summary>
public static class PortSocket
{
    /// <summary>Binds; port 0 lets the kernel choose one of net.ipv4.ip_local_port_range. Null where the kernel refuses; <paramref name="errno"/> says why.</summary>
    public static SafeFileHandle? TryBind(TransportProtocol protocol, IPAddress address, ref int port, out Errno errno) => TryBind(protocol, address, ref port, hold: true, out errno);

    /// <summary>As <see cref="TryBind"/>, but what reaches the port is there to be taken: connections may be accepted, datagrams received. Does not block.</summary>
    public static SafeFileHandle? TryListen(TransportProtocol protocol, IPAddress address, ref int port, out Errno errno)
    {
        SafeFileHandle? socket = TryBind(protocol, address, ref port, hold: false, out errno);
        if (socket is not null)
        {
            Files.SetNonBlocking(socket);
        }

        return socket;
    }

    private static unsafe SafeFileHandle? TryBind(TransportProtocol protocol, IPAddress address, ref int port, bool hold, out Errno errno)
    {
        const int IPPROTO_IPV6 = 41, IPV6_V6ONLY = 26;
        int type = protocol == TransportProtocol.Udp ? NetlinkCalls.SOCK_DGRAM : NetlinkCalls.SOCK_STREAM;
        int number = NetlinkCalls.Socket(InternetAddress.FamilyOf(address), type | NetlinkCalls.SOCK_CLOEXEC, (int)protocol);
        if (number < 0)
        {
            errno = (Errno)Marshal.GetLastPInvokeError();
            return null;
        }

        SafeFileHandle socket = new(number, ownsHandle: true);
        byte* name = stackalloc byte[InternetAddress.Size];
        uint length = InternetAddress.Write(name, address, port);
        if (!Prepare(socket, protocol, hold)
            || (address.AddressFamily == AddressFamily.InterNetworkV6 && !InternetSockets.TryOption(socket, IPPROTO_IPV6, IPV6_V6ONLY, 1))
            || NetlinkCalls.Bind(socket, name, length) < 0
            || (protocol == TransportProtocol.Tcp && NetlinkCalls.Listen(socket, hold ? 0 : 4096) < 0)
            || NetlinkCalls.GetSockName(socket, name, &length) < 0)
        {
            errno = (Errno)Marshal.GetLastPInvokeError();
            socket.Dispose();
            return null;
        }

        errno = Errno.None;
        port = InternetAddress.Read(name).Port;
        return socket;
    }

    private static unsafe bool Prepare(SafeFileHandle socket, TransportProtocol protocol, bool hold)
    {
        const int SO_REUSEADDR = 2, SO_ATTACH_FILTER = 26;
        NetlinkCalls.FilterInstruction dropAll = new() { Code = 6 }; // BPF_RET | BPF_K, 0 bytes kept
        NetlinkCalls.FilterProgram program = new() { Length = 1, Instructions = &dropAll };
        int on = 1;

        // Connections of a server that ended linger on its port and must not keep others from it; a UDP port would be shared by this.
        return (!hold || NetlinkCalls.SetSockOpt(socket, NetlinkCalls.SOL_SOCKET, SO_ATTACH_FILTER, &program, (uint)sizeof(NetlinkCalls.FilterProgram)) == 0)
            && (protocol != TransportProtocol.Tcp || NetlinkCalls.SetSockOpt(socket, NetlinkCalls.SOL_SOCKET, SO_REUSEADDR, &on, sizeof(int)) == 0);
    }
}
