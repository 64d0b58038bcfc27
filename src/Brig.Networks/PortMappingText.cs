using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Brig.Linux.Netlink;

namespace Brig.Networks;

/// <summary>The two notations of <c>-p</c>.</summary>
internal static class PortMappingText
{
    internal static string Name(TransportProtocol protocol) => protocol switch
    {
        TransportProtocol.Udp => "udp",
        TransportProtocol.Sctp => "sctp",
        _ => "tcp",
    };

    internal static IReadOnlyList<PortMapping> Parse(string text)
    {
        (string address, string hostPorts, string containerPorts) = Split(text);
        int slash = containerPorts.IndexOf('/', StringComparison.Ordinal);
        string protocol = slash < 0 ? "tcp" : containerPorts[(slash + 1)..];
        containerPorts = slash < 0 ? containerPorts : containerPorts[..slash];
        return containerPorts.Length == 0
            ? throw BrigException.Invalid($"no port specified: {text}<empty>")
            : Expand(address, hostPorts, containerPorts, protocol.Length == 0 ? "tcp" : protocol);
    }

    internal static IReadOnlyList<PortMapping> ParseFields(string text)
    {
        string published = "", target = "", protocol = "tcp", address = "";
        foreach (string field in text.Split(','))
        {
            int equals = field.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
            {
                throw BrigException.Invalid($"invalid publish opts format (should be name=value but got '{field}')");
            }

            string value = field[(equals + 1)..];
            switch (field[..equals].ToLowerInvariant())
            {
                case "published":
                    published = value;
                    break;
                case "target":
                    target = value;
                    break;
                case "protocol":
                    protocol = value;
                    break;
                case "host_ip":
                    address = value;
                    break;
                case "mode" when value is "host" or "ingress":
                    break;
                case "mode":
                    throw BrigException.Invalid($"invalid publish mode: {value}");
                default:
                    throw BrigException.Invalid($"invalid field '{field[..equals]}' in publish opts (published, target, protocol, host_ip, mode)");
            }
        }

        return target.Length == 0 ? throw BrigException.Invalid($"missing mandatory field 'target' in '{text}'") : Expand(address, published, target, protocol);
    }

    private static (string Address, string HostPorts, string ContainerPorts) Split(string text)
    {
        int last = text.LastIndexOf(':');
        if (last < 0)
        {
            return ("", "", text);
        }

        string before = text[..last], container = text[(last + 1)..];
        int colon = before.LastIndexOf(':');
        if (colon < 0)
        {
            return ("", before, container);
        }

        string address = before[..colon];
        if (address.StartsWith('[') && address.EndsWith(']'))
        {
            address = address[1..^1];
            if (!address.Contains(':', StringComparison.Ordinal))
            {
                throw BrigException.Invalid($"invalid IP address: {address}");
            }
        }
        else if (address.Contains(':', StringComparison.Ordinal))
        {
            throw BrigException.Invalid($"invalid IP address {address}: address {address}:: too many colons in address (write an IPv6 address in brackets)");
        }

        return (address, before[(colon + 1)..], container);
    }

    private static List<PortMapping> Expand(string address, string hostPorts, string containerPorts, string protocol)
    {
        IPAddress? host = Address(address);
        (int First, int Last) container = Range(containerPorts) ?? throw BrigException.Invalid($"invalid containerPort: {containerPorts}");
        (int First, int Last) published = hostPorts.Length == 0 ? (0, 0) : Range(hostPorts) ?? throw BrigException.Invalid($"invalid hostPort: {hostPorts}");
        bool ranges = container.Last > container.First;
        if (hostPorts.Length > 0 && ranges && container.Last - container.First != published.Last - published.First)
        {
            throw BrigException.Invalid($"invalid ranges specified for container and host Ports: {containerPorts} and {hostPorts}");
        }

        TransportProtocol transport = protocol.ToLowerInvariant() switch
        {
            "tcp" => TransportProtocol.Tcp,
            "udp" => TransportProtocol.Udp,
            "sctp" => TransportProtocol.Sctp,
            _ => throw BrigException.Invalid($"invalid proto: {protocol}"),
        };
        if (!ranges)
        {
            return [new PortMapping(host, published.First, container.First, transport) { LastHostPort = published.Last }];
        }

        return [.. Enumerable.Range(0, container.Last - container.First + 1)
            .Select(step => new PortMapping(host, published.First == 0 ? 0 : published.First + step, container.First + step, transport))];
    }

    private static IPAddress? Address(string text)
    {
        if (text.Length == 0)
        {
            return null;
        }

        // Four plain numbers: the framework would also take 127.1, 0x7f000001 and scopes.
        bool parsed = IPAddress.TryParse(text, out IPAddress? address) && !text.Contains('%', StringComparison.Ordinal)
            && (address.AddressFamily == AddressFamily.InterNetworkV6 || address.ToString() == text);
        return parsed ? address : throw BrigException.Invalid($"invalid IP address: {text}");
    }

    private static (int First, int Last)? Range(string text)
    {
        int dash = text.IndexOf('-', StringComparison.Ordinal);
        int? first = Port(dash < 0 ? text : text[..dash]), last = dash < 0 ? first : Port(text[(dash + 1)..]);
        return first is null || last is null || last < first || (first == 0 && last > 0) ? null : (first.Value, last.Value);
    }

    private static int? Port(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port <= ushort.MaxValue ? port : null;
}
