using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Brig.Linux;

/// <summary>Stream sockets of the unix domain, by descriptor alone: usable where no thread may start.</summary>
public static partial class UnixSockets
{
    private const int AF_UNIX = 1;
    private const int SOCK_STREAM = 1;
    private const int SOCK_SEQPACKET = 5;
    private const int SOCK_CLOEXEC = 0x80000;

    /// <summary>Two connected sockets.</summary>
    public static (SafeFileHandle One, SafeFileHandle Other) Pair() => Pair(SOCK_STREAM);

    /// <summary>Two connected sockets that keep each message whole (man 7 unix, SOCK_SEQPACKET).</summary>
    public static (SafeFileHandle One, SafeFileHandle Other) PacketPair() => Pair(SOCK_SEQPACKET);

    private static unsafe (SafeFileHandle One, SafeFileHandle Other) Pair(int type)
    {
        int* ends = stackalloc int[2];
        return SocketPair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends) < 0
            ? throw LinuxException.Last("socketpair", null)
            : (new SafeFileHandle(ends[0], ownsHandle: true), new SafeFileHandle(ends[1], ownsHandle: true));
    }

    /// <summary>Binds and listens; a socket file left by a dead process is replaced. Only its owner may connect.</summary>
    public static SafeFileHandle Listen(string path)
    {
        Files.Unlink(null, path);
        SafeFileHandle socket = Create();
        const uint OwnerOnly = 0x3F; // 0077
        uint before = Files.SetUmask(OwnerOnly);
        try
        {
            WithAddress(path, (address, length) => BindTo(socket, address, length), "bind");
            return ListenOn(Files.Number(socket), 128) < 0 ? throw LinuxException.Last("listen", path) : socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
        finally
        {
            Files.SetUmask(before);
        }
    }

    /// <summary>Connects; null where nobody listens.</summary>
    public static SafeFileHandle? TryConnect(string path)
    {
        SafeFileHandle socket = Create();
        try
        {
            WithAddress(path, (address, length) => ConnectTo(socket, address, length), "connect");
            return socket;
        }
        catch (LinuxException error) when (error.Errno is Errno.ENOENT or Errno.ECONNREFUSED or Errno.ENOTDIR)
        {
            socket.Dispose();
            return null;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The next connection; null where none waits (on a non-blocking socket).</summary>
    public static SafeFileHandle? TryAccept(SafeHandle listener)
    {
        int socket = Accept4(Files.Number(listener), 0, 0, SOCK_CLOEXEC);
        return socket >= 0 ? new SafeFileHandle(socket, ownsHandle: true)
            : (Errno)Marshal.GetLastPInvokeError() is Errno.EAGAIN or Errno.ECONNABORTED or Errno.EINTR ? null
            : throw LinuxException.Last("accept", null);
    }

    /// <summary>Connects, sends a descriptor with bytes beside it (man 7 unix, SCM_RIGHTS), and closes.</summary>
    public static void SendDescriptor(string path, SafeHandle descriptor, ReadOnlySpan<byte> bytes)
    {
        using SafeFileHandle socket = TryConnect(path) ?? throw new LinuxException("connect", path, Errno.ECONNREFUSED);
        SendDescriptor(socket, descriptor, bytes);
    }

    /// <summary>Sends a descriptor with at least one byte beside it.</summary>
    public static unsafe void SendDescriptor(SafeHandle socket, SafeHandle descriptor, ReadOnlySpan<byte> bytes)
    {
        const int SOL_SOCKET = 1, SCM_RIGHTS = 1;
        byte* control = stackalloc byte[24];
        *(long*)control = 20; // struct cmsghdr with one int behind it
        ((int*)control)[2] = SOL_SOCKET;
        ((int*)control)[3] = SCM_RIGHTS;
        ((int*)control)[4] = Files.Number(descriptor);
        ((int*)control)[5] = 0;
        fixed (byte* content = bytes)
        {
            nint* vector = stackalloc nint[2] { (nint)content, bytes.Length };
            MessageHeader header = new() { Vectors = (nint)vector, VectorCount = 1, Control = (nint)control, ControlLength = 24 };
            nint sent = SendMessage(Files.Number(socket), &header, 0x4000); // MSG_NOSIGNAL
            if (sent < 0)
            {
                throw LinuxException.Last("sendmsg", null);
            }

            if (sent < bytes.Length)
            {
                Files.WriteAll(socket, bytes[(int)sent..]);
            }
        }
    }

    /// <summary>Receives bytes and the descriptor that came with them; null where none did. No bytes at all are the end.</summary>
    public static unsafe (int Count, SafeFileHandle? Descriptor) ReceiveDescriptor(SafeHandle socket, Span<byte> buffer)
    {
        const int MSG_CMSG_CLOEXEC = 0x40000000;
        byte* control = stackalloc byte[24];
        fixed (byte* content = buffer)
        {
            nint* vector = stackalloc nint[2] { (nint)content, buffer.Length };
            MessageHeader header = new() { Vectors = (nint)vector, VectorCount = 1, Control = (nint)control, ControlLength = 24 };
            nint got;
            do
            {
                got = ReceiveMessage(Files.Number(socket), &header, MSG_CMSG_CLOEXEC);
            }
            while (got < 0 && (Errno)Marshal.GetLastPInvokeError() == Errno.EINTR);
            return got < 0 ? throw LinuxException.Last("recvmsg", null)
                : ((int)got, header.ControlLength >= 20 ? new SafeFileHandle(((int*)control)[4], ownsHandle: true) : null);
        }
    }

    /// <summary>Ends the writing side: the other end reads the end of the stream.</summary>
    public static void EndWriting(SafeHandle socket) => _ = Shutdown(Files.Number(socket), 1);

    private static SafeFileHandle Create()
    {
        int socket = Socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        return socket < 0 ? throw LinuxException.Last("socket", null) : new SafeFileHandle(socket, ownsHandle: true);
    }

    /// <summary>An address holds 108 bytes: a longer path is reached through a descriptor of its folder.</summary>
    private static unsafe void WithAddress(string path, Func<nint, int, int> call, string operation)
    {
        const int PathSize = 108;
        SafeFileHandle? folder = null;
        string shortest = path;
        if (Encoding.UTF8.GetByteCount(path) >= PathSize)
        {
            folder = Files.Open(Path.GetDirectoryName(path)!, OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
            shortest = $"/proc/self/fd/{Files.Number(folder)}/{Path.GetFileName(path)}";
        }

        using (folder)
        {
            byte* address = stackalloc byte[2 + PathSize];
            new Span<byte>(address, 2 + PathSize).Clear();
            *(ushort*)address = AF_UNIX;
            int length = Encoding.UTF8.GetBytes(shortest, new Span<byte>(address + 2, PathSize - 1));
            if (call((nint)address, 2 + length + 1) < 0)
            {
                throw LinuxException.Last(operation, path);
            }
        }
    }

    private static int BindTo(SafeFileHandle socket, nint address, int length) => Bind(Files.Number(socket), address, length);

    private static int ConnectTo(SafeFileHandle socket, nint address, int length) => Connect(Files.Number(socket), address, length);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int Socket(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "socketpair", SetLastError = true)]
    private static unsafe partial int SocketPair(int domain, int type, int protocol, int* ends);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    private static partial int Bind(int socket, nint address, int length);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static partial int Connect(int socket, nint address, int length);

    [LibraryImport("libc", EntryPoint = "listen", SetLastError = true)]
    private static partial int ListenOn(int socket, int backlog);

    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    private static partial int Accept4(int socket, nint address, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    private static unsafe partial nint SendMessage(int socket, MessageHeader* message, int flags);

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    private static unsafe partial nint ReceiveMessage(int socket, MessageHeader* message, int flags);

    /// <summary>struct msghdr.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct MessageHeader
    {
        internal nint Name;
        internal int NameLength;
        internal nint Vectors;
        internal nint VectorCount;
        internal nint Control;
        internal nint ControlLength;
        internal int Flags;
    }

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    private static partial int Shutdown(int socket, int how);
}
