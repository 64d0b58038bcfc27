using System.Net;
using Brig.Linux.Netlink;

namespace Brig.Networks;

/// <summary>
/// A wish to publish a container's port. A null address means every address of the host, port 0 one that the host chooses.
/// Where <see cref="LastHostPort"/> is greater than <see cref="HostPort"/>, the first free one of that range is meant.
/// </summary>
public sealed record PortMapping(IPAddress? HostAddress, int HostPort, int ContainerPort, TransportProtocol Protocol)
{
    public int LastHostPort { get; init; } = HostPort;

    /// <summary>Reads Docker's <c>-p</c>: <c>[ip:][hostPort[-end]:]containerPort[-end][/tcp|udp|sctp]</c> or <c>published=,target=,protocol=</c>. A range of container ports gives a mapping each. Throws InvalidArgument in Docker's words.</summary>
    public static IReadOnlyList<PortMapping> Parse(string text) => text.Contains('=', StringComparison.Ordinal) ? PortMappingText.ParseFields(text) : PortMappingText.Parse(text);

    /// <summary>The short form, which <see cref="Parse"/> reads back.</summary>
    public override string ToString()
    {
        string host = HostAddress is null ? "" : HostAddress.ToString().Contains(':', StringComparison.Ordinal) ? $"[{HostAddress}]:" : $"{HostAddress}:";
        string port = HostPort == 0 ? "" : LastHostPort > HostPort ? $"{HostPort}-{LastHostPort}" : $"{HostPort}";
        string between = host.Length > 0 || port.Length > 0 ? ":" : "";
        return $"{host}{port}{between}{ContainerPort}/{PortMappingText.Name(Protocol)}";
    }
}
