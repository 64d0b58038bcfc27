namespace Brig.Networks;

/// <summary>The options of a macvlan or ipvlan network.</summary>
internal sealed record ParentOptions(string Parent, uint Mode, ushort Flag)
{
    private const string ParentName = "parent";

    /// <summary>Whether the way out of the network is the link itself, without a gateway.</summary>
    internal bool IsLayer3 { get; private init; }

    internal static ParentOptions Of(Network network) => Parse(network.Driver, network.Options);

    /// <summary>Throws InvalidArgument for a mode that there is not.</summary>
    internal static ParentOptions Parse(NetworkDriver driver, IReadOnlyDictionary<string, string> options)
    {
        string parent = options.GetValueOrDefault(ParentName, "");
        if (parent.Length is 0 or > 15)
        {
            throw BrigException.Invalid($"{driver.ToString().ToLowerInvariant()} networks need a link of the host to lie over (-o parent=eth0)");
        }

        if (driver == NetworkDriver.Macvlan)
        {
            string name = options.GetValueOrDefault("macvlan_mode", "bridge");
            uint mode = name switch
            {
                "private" => 1,
                "vepa" => 2,
                "bridge" or "" => 4,
                "passthru" => 8,
                _ => throw BrigException.Invalid($"requested macvlan mode '{Oci.Text.Quote(name)}' is not valid, 'bridge' mode is the macvlan driver default (bridge, private, vepa, passthru)"),
            };
            return new ParentOptions(parent, mode, 0);
        }

        string layer = options.GetValueOrDefault("ipvlan_mode", "l2"), flag = options.GetValueOrDefault("ipvlan_flag", "bridge");
        return new ParentOptions(
            parent,
            layer switch
            {
                "l2" or "" => 0,
                "l3" => 1,
                "l3s" => 2,
                _ => throw BrigException.Invalid($"requested ipvlan mode '{Oci.Text.Quote(layer)}' is not valid, 'l2' mode is the ipvlan driver default (l2, l3, l3s)"),
            },
            flag switch
            {
                "bridge" or "" => 0,
                "private" => 1,
                "vepa" => 2,
                _ => throw BrigException.Invalid($"requested ipvlan flag '{Oci.Text.Quote(flag)}' is not valid, 'bridge' flag is the ipvlan driver default (bridge, private, vepa)"),
            }) { IsLayer3 = layer is "l3" or "l3s" };
    }
}
