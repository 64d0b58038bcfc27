using System.Globalization;
using System.Net.Sockets;

namespace Brig.Networks;

/// <summary>The options of a bridge network: Docker's names, and Brig's own without a prefix.</summary>
internal sealed class BridgeOptions
{
    internal const string ThroughInputName = "publish-through-input", MtuName = "com.docker.network.driver.mtu", NameName = "com.docker.network.bridge.name";
    private const string Masquerading = "com.docker.network.bridge.enable_ip_masquerade", Talking = "com.docker.network.bridge.enable_icc",
        Binding = "com.docker.network.bridge.host_binding_ipv4", Prefix = "com.docker.network.container_iface_prefix",
        Mode4 = "com.docker.network.bridge.gateway_mode_ipv4", Mode6 = "com.docker.network.bridge.gateway_mode_ipv6";

    private readonly IReadOnlyDictionary<string, string> _options;

    private BridgeOptions(IReadOnlyDictionary<string, string> options) => _options = options;

    /// <summary>Whether what leaves the network has the host's address.</summary>
    internal bool Masquerade => Truth(Masquerading, true);

    /// <summary>Whether containers of the network reach each other.</summary>
    internal bool Icc => Truth(Talking, true);

    /// <summary>Whether published ports are subject to the host's rules for its own ports: the monitor listens there and passes on.</summary>
    internal bool ThroughInput => Truth(ThroughInputName, false);

    /// <summary>Null follows the uplink.</summary>
    internal uint? Mtu => _options.TryGetValue(MtuName, out string? text) ? uint.Parse(text, CultureInfo.InvariantCulture) : null;

    /// <summary>The host address of ports published without one; null for every.</summary>
    internal string? HostBinding => _options.GetValueOrDefault(Binding);

    internal string InterfacePrefix => _options.GetValueOrDefault(Prefix, "eth");

    /// <summary>Whether the bridge has no address, so that not even the host can be reached.</summary>
    internal bool IsIsolated(AddressFamily family) => _options.GetValueOrDefault(family == AddressFamily.InterNetwork ? Mode4 : Mode6) == "isolated";

    internal static BridgeOptions Of(Network network) => new(network.Options);

    /// <summary>Refuses what cannot be meant.</summary>
    internal static void Check(IReadOnlyDictionary<string, string> options, bool isInternal)
    {
        foreach ((string name, string value) in options)
        {
            switch (name)
            {
                case Masquerading or Talking or ThroughInputName or "com.docker.network.bridge.default_bridge":
                    if (!TryTruth(value, out _))
                    {
                        throw BrigException.Invalid($"invalid value for option {name}: {Oci.Text.Quote(value)} (true or false)");
                    }

                    break;
                case MtuName:
                    if (!uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out uint mtu) || mtu is < 68 or > 65535)
                    {
                        throw BrigException.Invalid($"invalid value for option {name}: {Oci.Text.Quote(value)} (68 to 65535)");
                    }

                    break;
                case NameName or Prefix:
                    if (value.Length is 0 or > 15 || value.AsSpan().ContainsAny("/: \t\n") || (name == Prefix && value.Length > 10))
                    {
                        throw BrigException.Invalid($"invalid value for option {name}: {Oci.Text.Quote(value)} (a name for an interface)");
                    }

                    break;
                case Binding:
                    if (!System.Net.IPAddress.TryParse(value, out System.Net.IPAddress? address) || address.AddressFamily != AddressFamily.InterNetwork)
                    {
                        throw BrigException.Invalid($"invalid value for option {name}: {Oci.Text.Quote(value)} (an IPv4 address of the host)");
                    }

                    break;
                case Mode4 or Mode6:
                    if (value is not ("nat" or "isolated" or ""))
                    {
                        throw BrigException.Unsupported($"{name}: mode {Oci.Text.Quote(value)} is not supported (nat or isolated)");
                    }

                    if (value == "isolated" && !isInternal)
                    {
                        throw BrigException.Invalid($"gateway mode 'isolated' can only be used for an internal network");
                    }

                    break;
                case "com.docker.network.bridge.inhibit_ipv4" or "com.docker.network.enable_ipv4" or "com.docker.network.enable_ipv6":
                    break;
                default:
                    if (name.StartsWith("com.docker.network.", StringComparison.Ordinal))
                    {
                        throw BrigException.Unsupported($"network option {Oci.Text.Quote(name)} is not supported");
                    }

                    break;
            }
        }
    }

    private bool Truth(string name, bool fallback) => _options.TryGetValue(name, out string? text) && TryTruth(text, out bool value) ? value : fallback;

    private static bool TryTruth(string text, out bool value)
    {
        value = text is "true" or "1" or "t" or "T" or "TRUE" or "True";
        return value || text is "false" or "0" or "f" or "F" or "FALSE" or "False";
    }
}
