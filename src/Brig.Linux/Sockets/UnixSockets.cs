using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Brig.Linux;

/// <summary>Stream sockets of the unix domain, by descriptor alone: usable where no thread may start.</summary>
public static partial class UnixSockets
{
    private const int AF_UNIX = 1;
    private const int SOCK_STREAM = 1;
    private const int SOCK_CLOEXEC = 0x80000;

    /// <summary>Two connected sockets.</summary>
    public static unsafe (SafeFileHandle One, SafeFileHandle Other) Pair()
    {
        int* ends = stackalloc int[2];
        return SocketPair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0
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

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    private static partial int Shutdown(int socket, int how);
}
