using System.Globalization;

namespace Brig.Networks;

/// <summary>The options of a macvlan or ipvlan network.</summary>
/// <param name="Parent">The link of the host that it lies over; empty where it reaches nothing outside.</param>
/// <param name="Mtu">0 for the parent's.</param>
internal sealed record ParentOptions(string Parent, uint Mode, ushort Flag, uint Mtu)
{
    private const string ParentName = "parent", MacvlanMode = "macvlan_mode", IpvlanMode = "ipvlan_mode", IpvlanFlag = "ipvlan_flag";

    /// <summary>Whether the way out of the network is the link itself, without a gateway.</summary>
    internal bool IsLayer3 { get; private init; }

    /// <summary>Whether the one container takes the parent over.</summary>
    internal bool IsPassthrough { get; private init; }

    /// <summary>A parent named <c>eth0.100</c> is the VLAN 100 of eth0, made on demand; null for one of another name.</summary>
    internal (string Link, ushort Id)? Vlan => Parent.LastIndexOf('.') is > 0 and var dot
        && ushort.TryParse(Parent.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort id) && id is > 0 and < 4095 ? (Parent[..dot], id) : null;

    internal static ParentOptions Of(Network network) => Parse(network.Driver, network.Options);

    /// <summary>Throws InvalidArgument for a value that there is not, and Unsupported for an option that there is not.</summary>
    internal static ParentOptions Parse(NetworkDriver driver, IReadOnlyDictionary<string, string> options)
    {
        bool macvlan = driver == NetworkDriver.Macvlan;
        string kind = macvlan ? "macvlan" : "ipvlan";
        foreach (string name in options.Keys)
        {
            if (name is not (ParentName or BridgeOptions.MtuName) && !(macvlan ? name is MacvlanMode : name is IpvlanMode or IpvlanFlag) && !BridgeOptions.IsFamily(name))
            {
                throw BrigException.Unsupported($"unknown {kind} option {Oci.Text.Quote(name)} ({ParentName}, {(macvlan ? MacvlanMode : $"{IpvlanMode}, {IpvlanFlag}")}, {BridgeOptions.MtuName})");
            }
        }

        string parent = options.GetValueOrDefault(ParentName, "");
        if (parent is "lo")
        {
            throw BrigException.Invalid($"loopback interface is not a valid {kind} parent link");
        }

        if (parent.Length > 15)
        {
            throw BrigException.Invalid($"invalid parent {Oci.Text.Quote(parent)}: names of interfaces have at most 15 characters");
        }

        uint mtu = 0;
        if (options.TryGetValue(BridgeOptions.MtuName, out string? text) && !(uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out mtu) && mtu is 0 or (>= 68 and <= 65535)))
        {
            throw BrigException.Invalid($"invalid value for option {BridgeOptions.MtuName}: {Oci.Text.Quote(text)} (68 to 65535; 0 follows the parent)");
        }

        string layer = options.GetValueOrDefault(IpvlanMode, "l2");
        return macvlan
            ? new ParentOptions(parent, Choice(kind, "mode", options.GetValueOrDefault(MacvlanMode, ""), ("bridge", 4u), ("private", 1u), ("vepa", 2u), ("passthru", 8u)), 0, mtu) { IsPassthrough = options.GetValueOrDefault(MacvlanMode) == "passthru" }
            : new ParentOptions(
                parent,
                Choice(kind, "mode", layer, ("l2", 0u), ("l3", 1u), ("l3s", 2u)),
                (ushort)Choice(kind, "flag", options.GetValueOrDefault(IpvlanFlag, ""), ("bridge", 0u), ("private", 1u), ("vepa", 2u)),
                mtu) { IsLayer3 = layer is "l3" or "l3s" };
    }

    /// <summary>The kernel's number for a word; the first is meant where none is said.</summary>
    private static uint Choice(string kind, string what, string word, params (string Word, uint Number)[] choices)
    {
        List<string> words = [];
        foreach ((string known, uint number) in choices)
        {
            if (word == known || word.Length == 0)
            {
                return number;
            }

            words.Add(known);
        }

        throw BrigException.Invalid($"requested {kind} {what} '{Oci.Text.Quote(word)}' is not valid, '{words[0]}' {what} is the {kind} driver default ({string.Join(", ", words)})");
    }
}
