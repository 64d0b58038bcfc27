using System.Net;
using Brig.Cli.Flags;
using Brig.Containers;
using Brig.Networks;

namespace Brig.Cli.Commands.Networks;

internal static class NetworkCreateCommand
{
    public static CommandDefinition Definition => new("create", "[OPTIONS] NETWORK", "Create a network", Run);

    private static int Run(Invocation call)
    {
        BoolFlag attachable = call.Flags.Bool("attachable", "Enable manual container attachment");
        MapFlag auxiliary = call.Flags.Map("aux-address", "Auxiliary IPv4 or IPv6 addresses used by Network driver");
        StringFlag configFrom = call.Flags.String("config-from", "The network from which to copy the configuration");
        BoolFlag configOnly = call.Flags.Bool("config-only", "Create a configuration only network");
        StringFlag driver = call.Flags.String("driver", 'd', "Driver to manage the Network", "bridge");
        ListFlag gateways = call.Flags.List("gateway", "ipSlice", "IPv4 or IPv6 Gateway for the master subnet");
        BoolFlag ingress = call.Flags.Bool("ingress", "Create swarm routing-mesh network");
        BoolFlag isInternal = call.Flags.Bool("internal", "Restrict external access to the network");
        ListFlag ranges = call.Flags.List("ip-range", "ipNetSlice", "Allocate container ip from a sub-range");
        StringFlag ipamDriver = call.Flags.String("ipam-driver", "IP Address Management Driver", "default");
        MapFlag ipamOptions = call.Flags.Map("ipam-opt", "Set IPAM driver specific options");
        BoolFlag ipv4 = call.Flags.Bool("ipv4", "Enable or disable IPv4 address assignment", true);
        BoolFlag ipv6 = call.Flags.Bool("ipv6", "Enable or disable IPv6 address assignment");
        ListFlag labels = call.Flags.List("label", "list", "Set metadata on a network");
        MapFlag options = call.Flags.Map("opt", 'o', "Set driver specific options");
        StringFlag scope = call.Flags.String("scope", "Control the network's scope");
        ListFlag subnets = call.Flags.Strings("subnet", "Subnet in CIDR format that represents a network segment");
        string name = call.Parse(Arity.Exactly(1))[0];
        if (ingress.Value || (scope.IsSet && scope.Value is not ("local" or "")))
        {
            throw BrigException.Unsupported("ingress and swarm networks need a swarm, which brig has none of");
        }

        using Engine engine = Engines.Open(call);
        Network network = engine.Networks.Definitions.Create(new NetworkRequest
        {
            Name = name,
            Driver = driver.Value,
            Internal = isInternal.Value,
            Attachable = attachable.Value,
            IPv4 = ipv4.Value,
            IPv6 = ipv6.Value,
            Options = options.Values,
            Labels = NetworkFilters.Labels(labels.Values),
            IpamDriver = ipamDriver.Value,
            IpamOptions = ipamOptions.Values,
            ConfigOnly = configOnly.Value,
            ConfigFrom = configFrom.Value,
            Pools = Pools(subnets.Values, Split(ranges.Values), Split(gateways.Values), auxiliary.Values),
        });
        call.Output.WriteLine(network.Id);
        return 0;
    }

    private static List<string> Split(IEnumerable<string> values) => [.. values.SelectMany(value => value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];

    /// <summary>A pool for each subnet, with the range, the gateway and the others' addresses that lie in it.</summary>
    private static List<AddressPool> Pools(IReadOnlyList<string> subnets, List<string> ranges, List<string> gateways, IReadOnlyDictionary<string, string> auxiliary)
    {
        if (subnets.Count == 0 && ranges.Count + gateways.Count + auxiliary.Count > 0)
        {
            throw BrigException.Invalid("every ip-range or gateway or auxiliary address must have a corresponding subnet");
        }

        Dictionary<string, string> others = new(auxiliary);
        List<AddressPool> pools = [];
        foreach (string text in subnets)
        {
            if (!Subnet.TryParse(text, out Subnet subnet))
            {
                throw BrigException.Invalid($"invalid subnet {Oci.Text.Quote(text)}: invalid CIDR address: {Oci.Text.Quote(text)}");
            }

            string? range = Take(ranges, value => Subnet.TryParse(value, out Subnet part) && subnet.Contains(part), "ip-range", text);
            string? gateway = Take(gateways, value => IPAddress.TryParse(value, out IPAddress? address) && subnet.Contains(address), "gateway", text);
            Dictionary<string, string> own = others.Where(pair => IPAddress.TryParse(pair.Value, out IPAddress? address) && subnet.Contains(address)).ToDictionary();
            foreach (string key in own.Keys)
            {
                others.Remove(key);
            }

            pools.Add(new AddressPool { Subnet = subnet.ToString(), Range = range, Gateway = gateway, Auxiliary = own });
        }

        string? left = ranges.Select(value => $"range {value}").Concat(gateways.Select(value => $"gateway {value}")).Concat(others.Values.Select(value => $"aux-address {value}")).FirstOrDefault();
        return left is null ? pools : throw BrigException.Invalid($"no matching subnet for {Oci.Text.Quote(left)}");
    }

    private static string? Take(List<string> values, Predicate<string> fits, string what, string subnet)
    {
        int at = values.FindIndex(fits);
        if (at < 0)
        {
            return null;
        }

        string value = values[at];
        values.RemoveAt(at);
        return values.Exists(fits) ? throw BrigException.Invalid($"cannot configure multiple {what}s ({value}, {values.Find(fits)}) on the same subnet ({subnet})") : value;
    }
}
