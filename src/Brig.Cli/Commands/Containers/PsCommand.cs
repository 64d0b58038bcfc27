using System.Text.RegularExpressions;
using Brig.Cli.Flags;
using Brig.Cli.Tables;
using Brig.Cli.Text;
using Brig.Containers;
using Brig.Oci;

namespace Brig.Cli.Commands.Containers;

internal static class PsCommand
{
    private const string Table = "{{.ID}}\\t{{.Image}}\\t{{.Command}}\\t{{.RunningFor}}\\t{{.Status}}\\t{{.Ports}}\\t{{.Names}}";

    public static CommandDefinition Definition => new("ps", "[OPTIONS]", "List containers", Run);

    private static int Run(Invocation call)
    {
        BoolFlag all = call.Flags.Bool("all", 'a', "Show all containers (default shows just running)");
        ListFlag filters = call.Flags.List("filter", 'f', "filter", "Filter output based on conditions provided");
        IntFlag last = call.Flags.Int("last", 'n', "Show n last created containers (includes all states)", -1);
        BoolFlag latest = call.Flags.Bool("latest", 'l', "Show the latest created container (includes all states)");
        BoolFlag size = call.Flags.Bool("size", 's', "Display total file sizes");
        ListFlags list = new(call.Flags, "Only display container IDs");
        call.Parse(Arity.None);
        using Engine engine = Engines.Open(call);
        IReadOnlyList<Container> containers = [.. engine.Containers().Where(container => container.Specification.Step is null)];
        ILookup<string, string> wanted = Filters(filters.Values);
        bool every = all.Value || latest.Value || last.Value >= 0 || wanted.Contains("status");
        IEnumerable<Container> chosen = containers.Where(container => (every || container.Status == ContainerStatus.Running) && wanted.All(group => Matches(container, group.Key, [.. group])));
        if (latest.Value || last.Value >= 0)
        {
            chosen = chosen.Take(latest.Value ? 1 : (int)last.Value);
        }

        Format(engine, list.Whole, size.Value).Write(call.Output, chosen, list.Format, list.Detail);
        return 0;
    }

    private static ListFormat<Container> Format(Engine engine, bool whole, bool size)
    {
        string Shown(string id) => whole ? id : id[..12];
        Column<Container>[] columns =
        [
            new("ID", "CONTAINER ID", container => Shown(container.Id.Value)),
            new("Image", "IMAGE", container => container.Specification.Image),
            new("Command", "COMMAND", container => whole ? CommandLine.Quote(container.Specification.Arguments) : CommandLine.QuoteShort(container.Specification.Arguments)),
            new("CreatedAt", "CREATED AT", container => container.Created.ToString("yyyy-MM-dd HH:mm:ss +0000") + " UTC"),
            new("RunningFor", "CREATED", container => HumanDuration.Ago(container.Created, TimeProvider.System)),
            new("Status", "STATUS", StatusText.Of),
            new("State", "STATE", container => container.Status.ToString().ToLowerInvariant()),
            new("Ports", "PORTS", container => string.Join(", ", PortsOf(container))),
            new("Size", "SIZE", container => ContainerSize.Of(container, engine) is var sizes ? $"{Sizes.Human(sizes.Written, 3)} (virtual {Sizes.Human(sizes.Whole, 3)})" : null),
            new("Names", "NAMES", container => container.Name),
            new("Networks", "NETWORKS", container => string.Join(',', NetworksOf(container))),
            new("Mounts", "MOUNTS", container => string.Join(',', container.Specification.Mounts.Select(mount => mount.Source))),
            new("Labels", "LABELS", container => string.Join(',', container.Specification.Labels.Select(label => $"{label.Key}={label.Value}"))),
            new("Label", "", _ => null) { ReadWith = (container, name) => container.Specification.Labels.GetValueOrDefault(name, "") },
        ];
        return new ListFormat<Container>("*formatter.ContainerContext", columns, size ? Table + "\\t{{.Size}}" : Table, "{{.ID}}");
    }

    private static IEnumerable<string> NetworksOf(Container container) => container.Specification.EndpointRequests is { Count: > 0 } requests
        ? requests.Select(request => request.Network)
        : [container.Specification.Network];

    private static IEnumerable<string> PortsOf(Container container)
    {
        IReadOnlyList<PortState> published = container.State.Ports;
        IEnumerable<string> exposed = container.Status == ContainerStatus.Running
            ? container.Specification.ExposedPorts.Where(port => !published.Any(other => $"{other.ContainerPort}/{other.Protocol}" == port))
            : [];
        return PortList.Of(published, exposed);
    }

    private static ILookup<string, string> Filters(IEnumerable<string> values) => values.Select(value =>
    {
        int equals = value.IndexOf('=', StringComparison.Ordinal);
        string key = equals < 0 ? value : value[..equals].Trim().ToLowerInvariant();
        return equals >= 0 && key is "id" or "name" or "label" or "status" or "exited" or "ancestor" or "network"
            ? (Key: key, Value: value[(equals + 1)..].Trim())
            : throw BrigException.Invalid($"invalid filter '{Oci.Text.Quote(value)}'");
    }).ToLookup(pair => pair.Key, pair => pair.Value);

    private static bool Matches(Container container, string key, string[] values) => key switch
    {
        "id" => values.Any(value => container.Id.Value.StartsWith(value, StringComparison.Ordinal)),
        "name" => values.Any(value => MatchesName(container.Name, value)),
        "label" => values.All(value => FilterText.HasLabel(container.Specification.Labels, value)),
        "status" => values.Contains(container.Status.ToString().ToLowerInvariant()),
        "exited" => container.Status == ContainerStatus.Exited && values.Contains(container.State.ExitCode.ToString()),
        "network" => NetworksOf(container).Any(values.Contains) || container.State.Endpoints.Any(endpoint => values.Any(value => value.Length >= 3 && endpoint.NetworkId.StartsWith(value, StringComparison.Ordinal))),
        _ => values.Any(value => container.Specification.Image == value || (container.Specification.ImageId?.Hex.StartsWith(value.Replace("sha256:", "", StringComparison.Ordinal), StringComparison.Ordinal) ?? false)
            || (ImageReference.TryParse(value, out ImageReference? wanted) && ImageReference.TryParse(container.Specification.Image, out ImageReference? used) && wanted.WithDefaultTag() == used.WithDefaultTag())),
    };

    private static bool MatchesName(string name, string pattern)
    {
        try
        {
            return Regex.IsMatch(name, pattern, RegexOptions.None, TimeSpan.FromSeconds(1)) || Regex.IsMatch("/" + name, pattern, RegexOptions.None, TimeSpan.FromSeconds(1));
        }
        catch (RegexParseException error)
        {
            throw BrigException.Invalid($"invalid filter 'name={Oci.Text.Quote(pattern)}': {error.Message}");
        }
    }
}
