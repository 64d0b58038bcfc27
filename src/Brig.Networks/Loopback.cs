using Brig.Linux.Netlink;

namespace Brig.Networks;

/// <summary>For containers without a network (<c>--network none</c>).</summary>
public static class Loopback
{
    /// <summary>Brings up <c>lo</c> in the network namespace of a process. The calling thread is in that namespace for a moment.</summary>
    public static void Up(int pid)
    {
        using NetworkNamespace home = NetworkNamespace.OfThread();
        using NetworkNamespace target = NetworkNamespace.OfProcess(pid);
        using NetlinkSocket socket = target.Open(NetlinkProtocol.NETLINK_ROUTE, home);
        NetlinkWriter message = new(64);
        message.SetUp("lo");
        socket.Request(message, "bring up lo");
    }
}
