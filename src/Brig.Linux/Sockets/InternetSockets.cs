using System.Net;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Brig.Linux;

/// <summary>TCP and UDP sockets that never block, by descriptor alone: usable where no thread may start. Each belongs to the network namespace in which the calling thread was.</summary>
public static partial class InternetSockets
{
    private const int SOCK_STREAM = 1, SOCK_DGRAM = 2, SOCK_CLOEXEC = 0x80000, SOCK_NONBLOCK = 0x800;

    /// <summary>A UDP socket bound to an address; port 0 lets the kernel choose.</summary>
    public static SafeFileHandle BindDatagram(IPEndPoint local) => Bind(Create(local.Address, SOCK_DGRAM), local);

    /// <summary>A UDP socket that is bound by its first datagram.</summary>
    public static SafeFileHandle Datagram(IPAddress family) => Create(family, SOCK_DGRAM);

    /// <summary>A TCP socket that listens.</summary>
    public static SafeFileHandle Listen(IPEndPoint local, int backlog = 128)
    {
        const int SOL_SOCKET = 1, SO_REUSEADDR = 2;
        SafeFileHandle socket = Create(local.Address, SOCK_STREAM);
        TryOption(socket, SOL_SOCKET, SO_REUSEADDR, 1);
        Bind(socket, local);
        return ListenCall(socket, backlog) == 0 ? socket : throw LinuxException.Last("listen", local.ToString());
    }

    /// <summary>A TCP socket whose connection is under way; it can be written to once there is one. Null where it is refused at once.</summary>
    public static unsafe SafeFileHandle? TryConnect(IPEndPoint remote)
    {
        SafeFileHandle socket = Create(remote.Address, SOCK_STREAM);
        byte* address = stackalloc byte[InternetAddress.Size];
        uint length = InternetAddress.Write(address, remote.Address, remote.Port);
        if (ConnectCall(socket, address, length) == 0 || (Errno)Marshal.GetLastPInvokeError() == Errno.EINPROGRESS)
        {
            return socket;
        }

        socket.Dispose();
        return null;
    }

    /// <summary>Fixes the other end of a UDP socket, so that only its datagrams come in.</summary>
    public static unsafe bool TryConnectDatagram(SafeFileHandle socket, IPEndPoint remote)
    {
        byte* address = stackalloc byte[InternetAddress.Size];
        uint length = InternetAddress.Write(address, remote.Address, remote.Port);
        return ConnectCall(socket, address, length) == 0;
    }

    /// <summary>The next connection; null where none waits.</summary>
    public static SafeFileHandle? TryAccept(SafeFileHandle listener)
    {
        int socket = AcceptCall(listener, 0, 0, SOCK_CLOEXEC | SOCK_NONBLOCK);
        return socket < 0 ? null : new SafeFileHandle(socket, ownsHandle: true);
    }

    /// <summary>The error that ended a connection under way, or none.</summary>
    public static unsafe Errno Error(SafeFileHandle socket)
    {
        const int SOL_SOCKET = 1, SO_ERROR = 4;
        int error = 0;
        uint length = sizeof(int);
        return GetSockOpt(socket, SOL_SOCKET, SO_ERROR, &error, &length) == 0 ? (Errno)error : (Errno)Marshal.GetLastPInvokeError();
    }

    /// <summary>One datagram: its length and sender; -1 where none waits or the last one sent was refused.</summary>
    public static unsafe int Receive(SafeFileHandle socket, Span<byte> buffer, out IPEndPoint? sender)
    {
        byte* address = stackalloc byte[InternetAddress.Size];
        uint length = InternetAddress.Size;
        fixed (byte* bytes = buffer)
        {
            nint got = ReceiveFrom(socket, bytes, (nuint)buffer.Length, 0, address, &length);
            sender = got >= 0 && length > 0 ? InternetAddress.Read(address) : null;
            return (int)got;
        }
    }

    /// <summary>Sends one datagram; false where the kernel does not take it.</summary>
    public static unsafe bool TrySend(SafeFileHandle socket, ReadOnlySpan<byte> datagram, IPEndPoint receiver)
    {
        byte* address = stackalloc byte[InternetAddress.Size];
        uint length = InternetAddress.Write(address, receiver.Address, receiver.Port);
        fixed (byte* bytes = datagram)
        {
            return SendTo(socket, bytes, (nuint)datagram.Length, MSG_NOSIGNAL, address, length) == datagram.Length;
        }
    }

    /// <summary>Reads from a stream or a connected datagram socket: 0 at its end, -1 where nothing waits, -2 where it is broken.</summary>
    public static unsafe int Receive(SafeFileHandle socket, Span<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            return Result(ReceiveFrom(socket, bytes, (nuint)buffer.Length, 0, null, null));
        }
    }

    /// <summary>Writes to a stream or a connected datagram socket: how much was taken, -1 where nothing can be now, -2 where it is broken.</summary>
    public static unsafe int Send(SafeFileHandle socket, ReadOnlySpan<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            return Result(SendTo(socket, bytes, (nuint)buffer.Length, MSG_NOSIGNAL, null, 0));
        }
    }

    public static unsafe IPEndPoint LocalOf(SafeFileHandle socket)
    {
        byte* address = stackalloc byte[InternetAddress.Size];
        uint length = InternetAddress.Size;
        return GetSockName(socket, address, &length) == 0 ? InternetAddress.Read(address) : throw LinuxException.Last("getsockname", null);
    }

    internal static unsafe bool TryOption(SafeFileHandle socket, int level, int option, int value) => SetSockOpt(socket, level, option, &value, sizeof(int)) == 0;

    private const int MSG_NOSIGNAL = 0x4000;

    private static int Result(nint count) => count >= 0 ? (int)count : (Errno)Marshal.GetLastPInvokeError() is Errno.EAGAIN or Errno.EINTR ? -1 : -2;

    private static SafeFileHandle Create(IPAddress family, int type)
    {
        int socket = SocketCall(InternetAddress.FamilyOf(family), type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        return socket < 0 ? throw LinuxException.Last("socket", null) : new SafeFileHandle(socket, ownsHandle: true);
    }

    private static unsafe SafeFileHandle Bind(SafeFileHandle socket, IPEndPoint local)
    {
        byte* address = stackalloc byte[InternetAddress.Size];
        uint length = InternetAddress.Write(address, local.Address, local.Port);
        if (BindCall(socket, address, length) == 0)
        {
            return socket;
        }

        LinuxException error = LinuxException.Last("bind", local.ToString());
        socket.Dispose();
        throw error;
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int SocketCall(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    private static unsafe partial int BindCall(SafeHandle socket, byte* address, uint length);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static unsafe partial int ConnectCall(SafeHandle socket, byte* address, uint length);

    [LibraryImport("libc", EntryPoint = "listen", SetLastError = true)]
    private static partial int ListenCall(SafeHandle socket, int backlog);

    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    private static partial int AcceptCall(SafeHandle socket, nint address, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "getsockname", SetLastError = true)]
    private static unsafe partial int GetSockName(SafeHandle socket, byte* address, uint* length);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static unsafe partial int SetSockOpt(SafeHandle socket, int level, int name, void* value, uint length);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    private static unsafe partial int GetSockOpt(SafeHandle socket, int level, int name, void* value, uint* length);

    [LibraryImport("libc", EntryPoint = "sendto", SetLastError = true)]
    private static unsafe partial nint SendTo(SafeHandle socket, byte* buffer, nuint length, int flags, byte* address, uint addressLength);

    [LibraryImport("libc", EntryPoint = "recvfrom", SetLastError = true)]
    private static unsafe partial nint ReceiveFrom(SafeHandle socket, byte* buffer, nuint length, int flags, byte* address, uint* addressLength);
}
