using Brig.Containers.Specifications;
using Brig.Networks;

namespace Brig.Containers.Monitor;

/// <summary>A container on the default bridge whose names another one is to know (<c>--link</c>): as a line of /etc/hosts, and as environment variables.</summary>
internal sealed record LinkedContainer(Container Container, string Alias, string Address)
{
    internal string HostsLine => $"{Address}\t{string.Join(' ', new[] { Alias, Container.Id.Short, Container.Name }.Distinct())}";

    /// <summary>Those that run and have an address there; throws Conflict for one that does not run.</summary>
    internal static List<LinkedContainer> Of(Engine engine, ContainerSpecification specification)
    {
        List<LinkedContainer> linked = [];
        foreach (string[] link in specification.Links.Select(link => link.Split(':', 2)))
        {
            Container other = engine.Container(link[0]);
            string? address = other.State.Endpoints.FirstOrDefault(endpoint => endpoint.Network == Network.DefaultName)?.Address;
            linked.Add(new LinkedContainer(other, link[^1].TrimStart('/'), address ?? throw BrigException.Conflict($"Cannot link to a non running container: /{other.Name} AS {link[^1]}")));
        }

        return linked;
    }

    /// <summary>Docker's variables for a link: <c>DB_NAME</c>, <c>DB_PORT_5432_TCP</c> and so on.</summary>
    internal IEnumerable<string> Environment(string ownName)
    {
        string prefix = Alias.Replace('-', '_').Replace('.', '_').ToUpperInvariant();
        List<(int Port, string Protocol)> ports = [.. Container.Specification.ExposedPorts
            .Select(port => port.Split('/')).Where(parts => int.TryParse(parts[0], out _)).Select(parts => (int.Parse(parts[0]), parts.Length > 1 ? parts[1] : "tcp")).Order()];
        if (ports is [var first, ..])
        {
            yield return $"{prefix}_PORT={first.Protocol}://{Address}:{first.Port}";
        }

        foreach ((int port, string protocol) in ports)
        {
            string name = $"{prefix}_PORT_{port}_{protocol.ToUpperInvariant()}";
            yield return $"{name}={protocol}://{Address}:{port}";
            yield return $"{name}_ADDR={Address}";
            yield return $"{name}_PORT={port}";
            yield return $"{name}_PROTO={protocol}";
        }

        yield return $"{prefix}_NAME=/{ownName}/{Alias}";
        foreach (string variable in Container.Specification.Environment.Where(variable => !variable.StartsWith("PATH=", StringComparison.Ordinal) && !variable.StartsWith("HOME=", StringComparison.Ordinal)))
        {
            yield return $"{prefix}_ENV_{variable}";
        }
    }
}
