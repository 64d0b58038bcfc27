using Brig.Networks;

namespace Brig.Cli.Commands.Containers;

/// <summary>The notation of <c>--expose</c>: <c>port[-end][/protocol]</c>.</summary>
internal static class ExposedPorts
{
    /// <summary>Each port as <c>80/tcp</c>.</summary>
    internal static IEnumerable<string> Parse(string text) => text.Contains(':', StringComparison.Ordinal)
        ? throw BrigException.Invalid($"invalid port format for --expose: {Oci.Text.Quote(text)}")
        : PortMapping.Parse(text).Select(mapping => $"{mapping.ContainerPort}/{mapping.Protocol.ToString().ToLowerInvariant()}");
}
