using Brig.Cli.Flags;
using Brig.Cli.Tables;
using Brig.Containers;
using Brig.Networks;

namespace Brig.Cli.Commands.Networks;

internal static class NetworkLsCommand
{
    public static CommandDefinition Definition => new("ls", "[OPTIONS]", "List networks", Run) { Aliases = ["list"] };

    private static int Run(Invocation call)
    {
        ListFlag filters = call.Flags.List("filter", 'f', "filter", "Provide filter values (e.g. \"driver=bridge\")");
        ListFlags list = new(call.Flags, "Only display network IDs");
        call.Parse(Arity.None);
        NetworkFilters wanted = new(filters.Values, "driver", "id", "label", "name", "scope", "type", "dangling");
        using Engine engine = Engines.Open(call);
        HashSet<string> used = NetworkUse.Of(engine);
        string Shown(string id) => list.Whole ? id : id[..12];
        Column<Network>[] columns =
        [
            new("ID", "NETWORK ID", network => Shown(network.Id)),
            new("Name", "NAME", network => network.Name),
            new("Driver", "DRIVER", NetworkFilters.DriverName),
            new("Scope", "SCOPE", _ => "local"),
            new("IPv4", "IPV4", network => network.IPv4 ? "true" : "false"),
            new("IPv6", "IPV6", network => network.IPv6 ? "true" : "false"),
            new("Internal", "INTERNAL", network => network.Internal ? "true" : "false"),
            new("Labels", "LABELS", network => string.Join(',', network.Labels.Select(label => $"{label.Key}={label.Value}"))),
            new("CreatedAt", "CREATED AT", network => network.Created.ToString("yyyy-MM-dd HH:mm:ss.fffffff +0000") + " UTC"),
            new("Label", "", _ => null) { ReadWith = (network, name) => network.Labels.GetValueOrDefault(name, "") },
        ];
        new ListFormat<Network>("*formatter.NetworkContext", columns, "{{.ID}}\\t{{.Name}}\\t{{.Driver}}\\t{{.Scope}}", "{{.ID}}").Write(
            call.Output, engine.Networks.Definitions.All().Where(network => wanted.Fit(network, network => used.Contains(network.Name), engine.Time.GetUtcNow())), list.Format, list.Detail);
        return 0;
    }
}
