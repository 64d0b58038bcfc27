using System.Net;
using Brig.Cli.Flags;
using Brig.Cli.Tables;
using Brig.Containers;
using Brig.Networks;

namespace Brig.Cli.Commands.Networks;

/// <summary>Everything that can be reached from beyond this host by way of a container.</summary>
internal static class PortsCommand
{
    public static CommandDefinition Definition => new("ports", "[OPTIONS]", "List everything of containers that is reachable from outside", Run)
    {
        Description = "List everything of running containers that is reachable from outside: published ports with the addresses they are\n"
            + "reached by, containers in the host's network, and those with addresses of their own beside the host (macvlan, ipvlan).\n"
            + "By \"route\" the container's own address is reached (gateway modes, trusted interfaces).\n"
            + "Published ports are open whatever the host's INPUT rules say, but where VIA is \"input\"\n"
            + "(brig network update -o publish-through-input=true NETWORK).",
    };

    private static int Run(Invocation call)
    {
        BoolFlag all = call.Flags.Bool("all", 'a', "Show ports that only this host reaches too");
        StringFlag format = call.Flags.String("format", ListFlags.FormatUsage);
        BoolFlag whole = call.Flags.Bool("no-trunc", "Don't truncate output");
        call.Parse(Arity.None);
        using Engine engine = Engines.Open(call);
        Column<OpenPort>[] columns =
        [
            new("Address", "ADDRESS", port => port.Address),
            new("Port", "PORT", port => port.Port),
            new("Protocol", "PROTOCOL", port => port.Protocol),
            new("Target", "TARGET", port => port.Target),
            new("Container", "CONTAINER", port => port.Container.Name),
            new("ID", "CONTAINER ID", port => whole.Value ? port.Container.Id.Value : port.Container.Id.Short),
            new("Scope", "SCOPE", port => port.Scope),
            new("Via", "VIA", port => port.Via),
        ];
        new ListFormat<OpenPort>("*formatter.PortContext", columns, "{{.Address}}\\t{{.Port}}\\t{{.Protocol}}\\t{{.Target}}\\t{{.Container}}\\t{{.Scope}}\\t{{.Via}}", "{{.Port}}").Write(
            call.Output, engine.Containers().Where(container => container.Status == ContainerStatus.Running).SelectMany(container => Of(engine, container)).Where(port => all.Value || port.Scope != "host"), format.Value, ListDetail.Full);
        return 0;
    }

    private static IEnumerable<OpenPort> Of(Engine engine, Container container)
    {
        if (container.Specification.Network == "host")
        {
            yield return new OpenPort("*", "any it opens", "any", "", container, "everywhere", "input");
        }

        foreach (EndpointState endpoint in container.State.Endpoints)
        {
            if (engine.Networks.Definitions.TryFind(endpoint.NetworkId) is { Driver: NetworkDriver.Macvlan or NetworkDriver.Ipvlan, Internal: false } network)
            {
                yield return new OpenPort(endpoint.Address.Length > 0 ? endpoint.Address : endpoint.Address6, "any it opens", "any", "", container, "network", network.Driver.ToString().ToLowerInvariant());
            }
        }

        foreach (DirectWay way in engine.Networks.DirectWays(container.Id.Value).OrderBy(way => way.Address.ToString(), StringComparer.Ordinal).ThenBy(way => way.Port))
        {
            yield return way.Port == 0
                ? new OpenPort(way.Address.ToString(), "any it opens", "any", "", container, "everywhere", "route")
                : new OpenPort(way.Address.ToString(), way.Port.ToString(), way.Protocol.ToString().ToLowerInvariant(), way.Port.ToString(), container, way.From.Length > 0 ? way.From : "everywhere", "route");
        }

        foreach (PortState port in container.State.Ports.Where(port => port.HostPort != 0))
        {
            IPAddress address = IPAddress.Parse(port.HostAddress);
            bool every = address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
            yield return new OpenPort(port.HostAddress, port.HostPort.ToString(), port.Protocol, port.ContainerPort.ToString(), container,
                IPAddress.IsLoopback(address) ? "host" : every ? "everywhere" : "address", port.Relayed ? "input" : "rule");
        }
    }
}
