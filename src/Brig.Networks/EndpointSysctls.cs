using System.Buffers;
using Brig.Linux;
using Brig.Linux.Netlink;

namespace Brig.Networks;

/// <summary>Settings of a container's interface: <c>net.ipv4.conf.IFNAME.log_martians=1,net.ipv6.conf.IFNAME.accept_ra=0</c>, where IFNAME stands for its name.</summary>
internal static class EndpointSysctls
{
    private const string Placeholder = "IFNAME";
    private static readonly SearchValues<char> s_letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_");

    /// <summary>Each path below /proc/sys in its parts, and its value. Only settings of the one interface are accepted.</summary>
    internal static List<(string[] Path, string Value)> Parse(string text)
    {
        List<(string[], string)> settings = [];
        foreach (string setting in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = setting.IndexOf('=', StringComparison.Ordinal);
            string[] path = equals < 0 ? [] : setting[..equals].Split('.');
            if (path is not ["net", "ipv4" or "ipv6" or "mpls", "conf" or "neigh", Placeholder, { Length: > 0 } name] || name.AsSpan().ContainsAnyExcept(s_letters))
            {
                throw BrigException.Invalid($"unrecognised network interface sysctl '{Oci.Text.Quote(setting)}': represent 'net.ipv4.conf.IFNAME.log_martians=1'");
            }

            settings.Add((path, setting[(equals + 1)..]));
        }

        return settings;
    }

    internal static void Apply(EndpointRequest request, string link, NetworkNamespace target, NetworkNamespace home)
    {
        if (!request.DriverOptions.TryGetValue(EndpointCheck.SysctlsName, out string? text))
        {
            return;
        }

        // /proc/sys/net shows the namespace of whoever looks.
        target.Within(home, () =>
        {
            foreach ((string[] path, string value) in Parse(text))
            {
                Files.WriteValue("/proc/sys/" + string.Join('/', path.Select(part => part == Placeholder ? link : part)), value);
            }
        });
    }
}
