using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Brig.Networks;

/// <summary>The options of a bridge network: Docker's names, and Brig's own without a prefix.</summary>
internal sealed class BridgeOptions
{
    internal const string ThroughInputName = "publish-through-input", MtuName = "com.docker.network.driver.mtu", NameName = "com.docker.network.bridge.name";
    private const string Masquerading = "com.docker.network.bridge.enable_ip_masquerade", Talking = "com.docker.network.bridge.enable_icc",
        Binding = "com.docker.network.bridge.host_binding_ipv4", Prefix = "com.docker.network.container_iface_prefix",
        Mode4 = "com.docker.network.bridge.gateway_mode_ipv4", Mode6 = "com.docker.network.bridge.gateway_mode_ipv6",
        Inhibit4 = "com.docker.network.bridge.inhibit_ipv4", Trusted = "com.docker.network.bridge.trusted_host_interfaces",
        Enable4 = "com.docker.network.enable_ipv4", Enable6 = "com.docker.network.enable_ipv6",
        DefaultBridge = "com.docker.network.bridge.default_bridge";
    internal const uint LeastMtu6 = 1280; // RFC 8200

    private readonly IReadOnlyDictionary<string, string> _options;

    private readonly bool _isolated;

    private BridgeOptions(IReadOnlyDictionary<string, string> options, bool isolated = false) => (_options, _isolated) = (options, isolated);

    /// <summary>Whether containers of the network reach each other.</summary>
    internal bool Icc => Truth(Talking, true);

    /// <summary>Whether published ports are subject to the host's rules for its own ports: the monitor listens there and passes on.</summary>
    internal bool ThroughInput => Truth(ThroughInputName, false);

    /// <summary>Null follows the uplink.</summary>
    internal uint? Mtu => _options.TryGetValue(MtuName, out string? text) && uint.Parse(text, CultureInfo.InvariantCulture) is > 0 and uint mtu ? mtu : null;

    /// <summary>The host address of ports published without one; null for every, of both families. <c>::</c> is every IPv6 address alone.</summary>
    internal IPAddress? HostBinding => _options.TryGetValue(Binding, out string? text) && IPAddress.Parse(text) is var address && !address.Equals(IPAddress.Any) ? address : null;

    internal string InterfacePrefix => _options.GetValueOrDefault(Prefix, "eth");

    /// <summary>The host's interfaces from which published ports are reached at the containers' own addresses.</summary>
    internal IReadOnlyList<string> TrustedInterfaces => _options.TryGetValue(Trusted, out string? text) ? Names(text) : [];

    internal GatewayMode Mode(AddressFamily family) => TryMode(_options.GetValueOrDefault(family == AddressFamily.InterNetwork ? Mode4 : Mode6, ""), out GatewayMode mode) ? mode : GatewayMode.Nat;

    /// <summary>Whether the bridge has the gateway's address. Without one not even the host can be reached.</summary>
    internal bool HasGateway(AddressFamily family) => !_isolated && Mode(family) != GatewayMode.Isolated && !(family == AddressFamily.InterNetwork && Truth(Inhibit4, false));

    /// <summary>Whether packets leave with the host's address.</summary>
    internal bool Masquerades(AddressFamily family) => Truth(Masquerading, true) && Mode(family) is (GatewayMode.Nat or GatewayMode.NatUnprotected);

    /// <summary>Whether a network made with these options has the family, given what was asked for beside them.</summary>
    internal static bool Enables(IReadOnlyDictionary<string, string> options, AddressFamily family, bool asked) => family == AddressFamily.InterNetwork
        ? asked && new BridgeOptions(options).Truth(Enable4, true)
        : asked || new BridgeOptions(options).Truth(Enable6, false);

    /// <summary>Whether an option, of any driver, says which families a network has.</summary>
    internal static bool IsFamily(string name) => name is Enable4 or Enable6;

    internal static BridgeOptions Of(Network network) => new(network.Options, network.Driver != NetworkDriver.Bridge);

    /// <summary>Refuses what cannot be meant.</summary>
    internal static void Check(IReadOnlyDictionary<string, string> options, bool isInternal, bool hasIPv6)
    {
        foreach ((string name, string value) in options)
        {
            string? wanted = name switch
            {
                Masquerading or Talking or ThroughInputName or Inhibit4 or Enable4 or Enable6 or DefaultBridge => TryTruth(value, out _) ? null : "true or false",
                MtuName => IsMtu(value, hasIPv6) ? null : hasIPv6 ? "1280 to 65535, as IPv6 needs; 0 follows the uplink" : "68 to 65535; 0 follows the uplink",
                NameName => IsLinkName(value, 15) ? null : "a name for an interface",
                Prefix => IsLinkName(value, 10) ? null : "the beginning of a name for an interface",
                Trusted => Names(value) is { Count: > 0 } names && names.All(part => IsLinkName(part, 15)) ? null : "names of interfaces with colons between them",
                Binding => IPAddress.TryParse(value, out _) ? null : "an address of the host",
                Mode4 or Mode6 => TryMode(value, out _) ? null : "nat, nat-unprotected, routed, isolated",
                _ when name.StartsWith("com.docker.network.", StringComparison.Ordinal) => throw BrigException.Unsupported($"network option {Oci.Text.Quote(name)} is not supported"),
                _ => null,
            };
            if (wanted is not null)
            {
                throw BrigException.Invalid($"invalid value for option {name}: {Oci.Text.Quote(value)} ({wanted})");
            }

            if (name is Mode4 or Mode6 && value == "isolated" && !isInternal)
            {
                throw BrigException.Invalid("gateway mode 'isolated' can only be used for an internal network");
            }
        }
    }

    private static bool IsMtu(string text, bool hasIPv6) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint mtu) && (mtu == 0 || (mtu <= 65535 && mtu >= (hasIPv6 ? LeastMtu6 : 68)));

    private static bool IsLinkName(string text, int longest) => text.Length > 0 && text.Length <= longest && text is not ("." or "..") && !text.AsSpan().ContainsAny("/: \t\n");

    private static List<string> Names(string text) => [.. text.Split(':', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    private static bool TryMode(string text, out GatewayMode mode)
    {
        (bool known, mode) = text switch
        {
            "nat" or "" => (true, GatewayMode.Nat),
            "nat-unprotected" => (true, GatewayMode.NatUnprotected),
            "routed" => (true, GatewayMode.Routed),
            "isolated" => (true, GatewayMode.Isolated),
            _ => (false, GatewayMode.Nat),
        };
        return known;
    }

    private bool Truth(string name, bool fallback) => _options.TryGetValue(name, out string? text) && TryTruth(text, out bool value) ? value : fallback;

    private static bool TryTruth(string text, out bool value)
    {
        value = text is "true" or "1" or "t" or "T" or "TRUE" or "True";
        return value || text is "false" or "0" or "f" or "F" or "FALSE" or "False";
    }
}
