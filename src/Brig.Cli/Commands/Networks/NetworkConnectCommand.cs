using Brig.Cli.Commands.Containers;
using Brig.Cli.Flags;
using Brig.Containers;
using Brig.Containers.Verbs;
using Brig.Networks;

namespace Brig.Cli.Commands.Networks;

internal static class NetworkConnectCommand
{
    public static CommandDefinition Definition => new("connect", "[OPTIONS] NETWORK CONTAINER", "Connect a container to a network", Run);

    private static int Run(Invocation call)
    {
        ListFlag aliases = call.Flags.Strings("alias", "Add network-scoped alias for the container");
        ListFlag options = call.Flags.Strings("driver-opt", "driver options for the network");
        IntFlag priority = call.Flags.Int("gw-priority", "Highest gw-priority provides the default gateway. Accepts positive and negative values.");
        StringFlag ip = call.Flags.String("ip", "IPv4 address (e.g., \"172.30.100.104\")");
        StringFlag ip6 = call.Flags.String("ip6", "IPv6 address (e.g., \"2001:db8::33\")");
        ListFlag links = call.Flags.List("link", "list", "Add link to another container");
        ListFlag linkLocal = call.Flags.Strings("link-local-ip", "Add a link-local address for the container");
        IReadOnlyList<string> names = call.Parse(Arity.Exactly(2));
        using Engine engine = Engines.Open(call);
        IReadOnlyDictionary<string, string> driverOptions = new Dictionary<string, string>();
        foreach (string option in options.Values)
        {
            driverOptions = NetworkText.WithOption(driverOptions, option);
        }

        new ConnectNetwork(engine).Run(engine.Container(names[1]), new EndpointRequest
        {
            Network = names[0],
            Aliases = aliases.Values,
            Links = links.Values,
            IPv4Address = ip.IsSet ? ip.Value : null,
            IPv6Address = ip6.IsSet ? ip6.Value : null,
            LinkLocalAddresses = linkLocal.Values,
            DriverOptions = driverOptions,
            GatewayPriority = (int)priority.Value,
        });
        return 0;
    }
}
