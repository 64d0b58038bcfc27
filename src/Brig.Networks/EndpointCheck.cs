using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace Brig.Networks;

/// <summary>What can be refused of a wish to be in a network before anything is made.</summary>
public static class EndpointCheck
{
    internal const string InterfaceName = "com.docker.network.endpoint.ifname", SysctlsName = "com.docker.network.endpoint.sysctls";

    private static readonly SearchValues<char> s_notInNames = SearchValues.Create("/: \t\n%");

    /// <summary>Throws InvalidArgument or Unsupported, in Docker's words where it has some.</summary>
    public static void Run(EndpointRequest request, Network network)
    {
        if (network.ConfigOnly)
        {
            throw new BrigException(ErrorKind.PermissionDenied, $"cannot create endpoint on a configuration-only network ({network.Name})");
        }

        if (network.Driver is NetworkDriver.Host or NetworkDriver.None)
        {
            throw BrigException.Invalid($"container cannot be connected to network {network.Name} beside others");
        }

        if (request.Aliases.Count > 0 && !network.HasNames)
        {
            throw BrigException.Invalid("network-scoped alias is supported only for containers in user defined networks");
        }

        Address(request.IPv4Address, AddressFamily.InterNetwork, network);
        Address(request.IPv6Address, AddressFamily.InterNetworkV6, network);
        foreach (string address in request.LinkLocalAddresses)
        {
            if (!IPAddress.TryParse(address, out _))
            {
                throw BrigException.Invalid($"invalid link-local IP address: {Oci.Text.Quote(address)}");
            }
        }

        if (request.MacAddress is not null)
        {
            if (network.Driver == NetworkDriver.Ipvlan)
            {
                throw BrigException.Invalid("ipvlan interfaces do not support custom mac address assignment");
            }

            HardwareAddress.Parse(request.MacAddress);
        }

        foreach ((string name, string value) in request.DriverOptions)
        {
            switch (name)
            {
                case InterfaceName when value.Length is 0 or > 15 || value is "lo" or "." or ".." || value.AsSpan().ContainsAny(s_notInNames):
                    throw BrigException.Invalid($"invalid interface name {Oci.Text.Quote(value)}: 1 to 15 characters, no blank, slash or colon");
                case SysctlsName:
                    EndpointSysctls.Parse(value);
                    break;
                case InterfaceName:
                    break;
                default:
                    throw BrigException.Unsupported($"driver option {Oci.Text.Quote(name)} is not supported ({InterfaceName}, {SysctlsName})");
            }
        }
    }

    private static void Address(string? text, AddressFamily family, Network network)
    {
        if (text is null)
        {
            return;
        }

        if (!IPAddress.TryParse(text, out IPAddress? address) || address.AddressFamily != family)
        {
            throw BrigException.Invalid($"invalid {(family == AddressFamily.InterNetwork ? "IPv4" : "IPv6")} address: {Oci.Text.Quote(text)}");
        }

        if (!network.HasChosenSubnets)
        {
            throw BrigException.Invalid(network.IsDefault
                ? "user specified IP address is supported on user defined networks only"
                : "user specified IP address is supported only when connecting to networks with user configured subnets");
        }

        if (!network.Pools.Any(pool => pool.Network.Contains(address)))
        {
            throw BrigException.Invalid($"no configured subnet or ip-range contain the IP address {address}");
        }
    }
}
