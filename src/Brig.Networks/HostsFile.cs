using System.Net;
using System.Text;

namespace Brig.Networks;

/// <summary>Text for a container's /etc/hosts.</summary>
public static class HostsFile
{
    /// <summary>
    /// The fixed loopback and multicast lines, then those asked for with <c>--add-host</c> as (name, address), then one line
    /// for each address of the container. The word <c>host-gateway</c> as an address stands for <paramref name="gateway"/>.
    /// Lines that are given whole (names of linked containers) come behind the fixed ones. Throws InvalidArgument where an address is none.
    /// </summary>
    public static string Text(string hostname, string domain, IReadOnlyList<IPAddress> addresses, IReadOnlyList<(string Name, string Address)> extra, IPAddress? gateway, IReadOnlyList<string>? linked = null)
    {
        StringBuilder text = new("""
            127.0.0.1	localhost
            ::1	localhost ip6-localhost ip6-loopback
            fe00::	ip6-localnet
            ff00::	ip6-mcastprefix
            ff02::1	ip6-allnodes
            ff02::2	ip6-allrouters

            """);
        Append(text, extra, gateway);
        foreach (string line in linked ?? [])
        {
            text.Append(line).Append('\n');
        }

        string names = domain.Length > 0 ? $"{hostname}.{domain} {hostname}" : hostname;
        foreach (IPAddress address in addresses)
        {
            text.Append(address).Append('\t').Append(names).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>The host's own text with what was asked for behind it, for a container in the host's network.</summary>
    public static string OfHost(string hostText, IReadOnlyList<(string Name, string Address)> extra)
    {
        StringBuilder text = new(hostText.Length == 0 || hostText.EndsWith('\n') ? hostText : hostText + "\n");
        Append(text, extra, IPAddress.Loopback);
        return text.ToString();
    }

    /// <summary>The lines of a text without those of IPv6 addresses, for a container that has no IPv6.</summary>
    public static string WithoutIPv6(string text) => string.Concat(text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.Split('\t', ' ')[0].Contains(':', StringComparison.Ordinal)).Select(line => line + "\n"));

    private static void Append(StringBuilder text, IReadOnlyList<(string Name, string Address)> extra, IPAddress? gateway)
    {
        foreach ((string name, string address) in extra)
        {
            text.Append(Resolve(address, gateway)).Append('\t').Append(name).Append('\n');
        }
    }

    private static IPAddress Resolve(string address, IPAddress? gateway) => address == "host-gateway"
        ? gateway ?? throw BrigException.Invalid("unable to derive the IP value for host-gateway: the container has no bridge network")
        : IPAddress.TryParse(address.Trim('[', ']'), out IPAddress? parsed) ? parsed : throw BrigException.Invalid($"invalid IP address in add-host: \"{address}\"");
}
