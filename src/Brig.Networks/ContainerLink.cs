using System.Net;
using System.Net.Sockets;
using Brig.Linux;
using Brig.Linux.Netlink;

namespace Brig.Networks;

/// <summary>A container's interface: one end of a pair whose other end is a port of a bridge, or a macvlan or ipvlan over a link of the host.</summary>
internal static class ContainerLink
{
    /// <summary>
    /// Makes the interface, born in the container's namespace, gives it addresses and routes and brings it up: one send in each
    /// namespace. The caller removes the host's end if this throws.
    /// </summary>
    /// <param name="inner">A socket of the container's namespace.</param>
    internal static void Make(NetlinkSocket host, NetlinkSocket inner, NetworkNamespace target, uint group, LinkPlan plan)
    {
        if (plan.Row.Interface.Length > 0)
        {
            MakePair(host, target, group, plan);
        }
        else
        {
            MakeOver(host, target, plan);
        }

        string name = plan.Row.Inside;
        int index = inner.InterfaceIndex(name);
        NetlinkWriter inside = new();
        bool own = plan.Network.IPv6 && (plan.Network.IsBridged || plan.Network.Driver != NetworkDriver.Ipvlan);
        if (own || !plan.Network.IPv6)
        {
            inside.DisableLinkLocal(name);
        }

        inside.SetUp(name);
        if (own)
        {
            inside.AddAddress(index, HardwareAddress.LinkLocal(plan.Row.Hardware), 64, null);
        }

        Addresses(inside, index, plan);
        Routes(inside, index, plan);
        inner.Request(inside, $"configure {name}");
    }

    /// <summary>Makes the default routes of the plan's families lead through its interface.</summary>
    internal static void Routes(NetlinkWriter routes, int index, LinkPlan plan)
    {
        bool direct = plan.Network.Driver == NetworkDriver.Ipvlan && ParentOptions.Of(plan.Network).IsLayer3;
        if (plan.Route4)
        {
            routes.SetDefaultRoute(index, direct ? null : plan.Network.PoolOf(AddressFamily.InterNetwork)!.RouteAddress, AddressFamily.InterNetwork);
        }

        if (plan.Route6)
        {
            routes.SetDefaultRoute(index, direct ? null : plan.Network.PoolOf(AddressFamily.InterNetworkV6)!.RouteAddress, AddressFamily.InterNetworkV6);
        }
    }

    private static void MakePair(NetlinkSocket host, NetworkNamespace target, uint group, LinkPlan plan)
    {
        int bridge = host.InterfaceIndex(plan.Network.Bridge);
        if (bridge == 0)
        {
            throw BrigException.Unavailable("the bridge was removed meanwhile");
        }

        string outside = plan.Row.Interface;
        NetlinkWriter message = new();
        message.AddPair(outside, group, bridge, plan.Mtu, target, plan.Row.Inside, HardwareAddress.Parse(plan.Row.Hardware));
        message.DisableLinkLocal(outside);
        if (plan.Hairpin)
        {
            message.AllowHairpin(outside);
        }

        if (!BridgeOptions.Of(plan.Network).Icc)
        {
            message.Isolate(outside);
        }

        message.SetUp(outside);
        switch (host.TryRequest(message, out string? words))
        {
            case Errno.None:
                return;
            case Errno.EXFULL: // BR_MAX_PORTS; port numbers begin at 1
                throw BrigException.Unavailable($"network {plan.Network.Name} is full: a bridge of the kernel takes 1,023 containers (brig network create another, or disconnect some)");
            case var errno:
                throw new LinuxException("make interface pair", words, errno);
        }
    }

    private static void MakeOver(NetlinkSocket host, NetworkNamespace target, LinkPlan plan)
    {
        ParentOptions options = ParentOptions.Of(plan.Network);
        int parent = host.InterfaceIndex(options.Parent);
        if (parent == 0)
        {
            throw BrigException.NotFound($"network {plan.Network.Name}: its parent interface {options.Parent} is not there");
        }

        NetlinkWriter message = new();
        string kind = plan.Network.Driver.ToString().ToLowerInvariant();
        uint mtu = options.Mtu;
        if (plan.Network.Driver == NetworkDriver.Macvlan)
        {
            message.AddMacvlan(plan.Row.Inside, parent, target, mtu, options.Mode, HardwareAddress.Parse(plan.Row.Hardware));
        }
        else
        {
            message.AddIpvlan(plan.Row.Inside, parent, target, mtu, (ushort)options.Mode, options.Flag);
        }

        switch (host.TryRequest(message, out string? words))
        {
            case Errno.None:
                return;
            case Errno.EOPNOTSUPP:
                throw BrigException.Unsupported($"network {plan.Network.Name}: this kernel has no {kind} (modprobe {kind})");
            case Errno.EINVAL or Errno.EBUSY when options.IsPassthrough:
                throw BrigException.Conflict($"network {plan.Network.Name}: {options.Parent} has its one container (macvlan_mode=passthru), or other links lie over it");
            case Errno.EBUSY:
                throw BrigException.Conflict($"network {plan.Network.Name}: {options.Parent} is in use by another driver: a bridge's port, or macvlan beside ipvlan");
            case var errno:
                throw new LinuxException($"make {kind} over {options.Parent}", words, errno);
        }
    }

    private static void Addresses(NetlinkWriter writer, int index, LinkPlan plan)
    {
        foreach (IPAddress? address in (IPAddress?[])[plan.Row.Address, plan.Row.Address6])
        {
            if (address is not null && plan.Network.Pools.FirstOrDefault(pool => pool.Network.Contains(address)) is { Network: var subnet })
            {
                writer.AddAddress(index, address, subnet.PrefixLength, subnet.Broadcast);
            }
        }

        foreach (IPAddress address in plan.LinkLocal)
        {
            writer.AddAddress(index, address, address.AddressFamily == AddressFamily.InterNetwork ? 16 : 64, null);
        }
    }
}
