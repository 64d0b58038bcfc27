using Brig.Linux.Netlink;

namespace Brig.Networks;

/// <summary>The pair of interfaces between the bridge and a container.</summary>
internal static class Pair
{
    private const string Inside = "eth0", LoopbackName = "lo";

    /// <summary>
    /// Makes the pair, one end a port of the bridge, the other eth0 in the target namespace with its address and the
    /// default route, and brings both and the loopback up: one send in each namespace. The caller removes the host's end if this throws.
    /// </summary>
    internal static void Make(NetlinkSocket host, NetworkNamespace home, NetworkNamespace target, PairPlan plan)
    {
        if (plan.Bridge == 0)
        {
            throw BrigException.Unavailable("the bridge was removed meanwhile");
        }

        NetlinkWriter outside = new();
        outside.AddPair(plan.Outside, plan.Group, plan.Bridge, plan.Mtu, target, Inside, plan.HardwareAddress);
        outside.DisableLinkLocal(plan.Outside);
        if (plan.Hairpin)
        {
            outside.AllowHairpin(plan.Outside);
        }

        outside.SetUp(plan.Outside);
        host.Request(outside, "make interface pair");

        using NetlinkSocket inner = target.Open(NetlinkProtocol.NETLINK_ROUTE, home);
        int index = inner.InterfaceIndex(Inside);
        NetlinkWriter inside = new();
        inside.SetUp(LoopbackName);
        inside.DisableLinkLocal(Inside);
        inside.SetUp(Inside);
        inside.AddAddress(index, plan.Address.GetAddressBytes(), plan.Subnet.PrefixLength, plan.Subnet.Broadcast.GetAddressBytes());
        inside.AddDefaultRoute(index, plan.Subnet.Gateway.GetAddressBytes());
        inner.Request(inside, "configure eth0");
    }
}
