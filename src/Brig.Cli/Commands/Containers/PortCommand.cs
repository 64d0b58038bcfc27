using Brig.Cli.Flags;
using Brig.Containers;

namespace Brig.Cli.Commands.Containers;

internal static class PortCommand
{
    public static CommandDefinition Definition => new("port", "CONTAINER [PRIVATE_PORT[/PROTO]]", "List port mappings or a specific mapping for the container", Run);

    private static int Run(Invocation call)
    {
        IReadOnlyList<string> words = call.Parse(Arity.Between(1, 2));
        using Engine engine = Engines.Open(call);
        IReadOnlyList<PortState> ports = engine.Container(words[0]).State.Ports;
        if (words.Count == 1)
        {
            foreach (PortState port in ports.OrderBy(port => port.ContainerPort).ThenBy(port => port.Protocol, StringComparer.Ordinal))
            {
                call.Output.WriteLine($"{port.ContainerPort}/{port.Protocol} -> {Address(port)}");
            }

            return 0;
        }

        string wanted = words[1].Contains('/', StringComparison.Ordinal) ? words[1] : words[1] + "/tcp";
        string[] parts = wanted.Split('/', 2);
        if (!ushort.TryParse(parts[0], out _))
        {
            throw BrigException.Invalid($"invalid port '{Oci.Text.Quote(words[1])}'");
        }

        PortState[] found = [.. ports.Where(port => string.Equals($"{port.ContainerPort}/{port.Protocol}", wanted, StringComparison.OrdinalIgnoreCase))];
        foreach (PortState port in found)
        {
            call.Output.WriteLine(Address(port));
        }

        return found.Length > 0 ? 0 : throw BrigException.NotFound($"no public port '{Oci.Text.Quote(wanted)}' published for {words[0]}");
    }

    private static string Address(PortState port)
    {
        string number = port.HostPort == 0 ? "" : port.HostPort.ToString();
        return port.HostAddress.Contains(':', StringComparison.Ordinal) ? $"[{port.HostAddress}]:{number}" : $"{port.HostAddress}:{number}";
    }
}
