using System.Globalization;

namespace Brig.Builds.Plan;

/// <summary>The ports of EXPOSE: <c>port[-port][/proto]</c>; the parts for a host, which publish nothing here, are passed over.</summary>
internal static class PortNames
{
    internal static IEnumerable<string> Parse(string written)
    {
        int slash = written.IndexOf('/', StringComparison.Ordinal);
        string protocol = slash < 0 ? "tcp" : written[(slash + 1)..].ToLowerInvariant();
        string ports = slash < 0 ? written : written[..slash];
        ports = ports[(ports.LastIndexOf(':') + 1)..];
        if (protocol is not ("tcp" or "udp" or "sctp"))
        {
            throw BrigException.Invalid($"invalid proto: {Oci.Text.Quote(protocol)}");
        }

        int dash = ports.IndexOf('-', StringComparison.Ordinal);
        int first = Number(dash < 0 ? ports : ports[..dash], written);
        int last = dash < 0 ? first : Number(ports[(dash + 1)..], written);
        return last < first
            ? throw BrigException.Invalid($"invalid containerPort: {Oci.Text.Quote(written)}")
            : Enumerable.Range(first, last - first + 1).Select(port => $"{port}/{protocol}");
    }

    private static int Number(string digits, string written) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port <= ushort.MaxValue
            ? port
            : throw BrigException.Invalid($"invalid containerPort: {Oci.Text.Quote(written)}");
}
