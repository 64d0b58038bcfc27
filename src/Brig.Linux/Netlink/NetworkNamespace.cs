using Microsoft.Win32.SafeHandles;

namespace Brig.Linux.Netlink;

/// <summary>A network namespace, kept alive by an open descriptor.</summary>
public sealed class NetworkNamespace : IDisposable
{
    private const int CLONE_NEWNET = 0x40000000;

    private NetworkNamespace(SafeFileHandle handle) => Handle = handle;

    /// <summary>For messages that name a namespace by descriptor (IFLA_NET_NS_FD).</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>The namespace of the calling thread.</summary>
    public static NetworkNamespace OfThread() => new(Files.Open("/proc/thread-self/ns/net", OpenFlags.O_RDONLY));

    public static NetworkNamespace OfProcess(int pid) => new(Files.Open($"/proc/{pid}/ns/net", OpenFlags.O_RDONLY));

    /// <summary>Whether both are one and the same.</summary>
    public bool Is(NetworkNamespace other)
    {
        FileStatus mine = Files.Stat(Handle), theirs = Files.Stat(other.Handle);
        return mine.Inode == theirs.Inode && mine.DeviceMajor == theirs.DeviceMajor && mine.DeviceMinor == theirs.DeviceMinor;
    }

    public void Dispose() => Handle.Dispose();

    /// <summary>Moves the calling thread here for good.</summary>
    public void Enter()
    {
        if (NetlinkCalls.SetNs(Handle, CLONE_NEWNET) < 0)
        {
            throw LinuxException.Last("setns", "network namespace");
        }
    }

    /// <summary>Opens a netlink socket here: the calling thread comes for that moment and goes back to <paramref name="home"/>, where it was.</summary>
    public NetlinkSocket Open(NetlinkProtocol protocol, NetworkNamespace home)
    {
        NetlinkSocket? socket = null;
        Within(home, () => socket = NetlinkSocket.Open(protocol));
        return socket!;
    }

    /// <summary>Does some work here: sockets opened by it stay here. The calling thread goes back to <paramref name="home"/>, where it was.</summary>
    public void Within(NetworkNamespace home, Action work)
    {
        Enter();
        try
        {
            work();
        }
        finally
        {
            // A thread that cannot go back would go on in the container's network: nothing may run then.
            if (NetlinkCalls.SetNs(home.Handle, CLONE_NEWNET) < 0)
            {
                Environment.FailFast("setns: cannot return to the host's network namespace");
            }
        }
    }
}
