using System.Globalization;
using Brig.Cli.Flags;
using Brig.Networks;

namespace Brig.Cli.Commands.Containers;

/// <summary>The two notations of <c>--network</c>: a name, or <c>name=,alias=,ip=,…</c>.</summary>
internal static class NetworkText
{
    internal static EndpointRequest Parse(string text)
    {
        if (!text.Contains('=', StringComparison.Ordinal))
        {
            return new EndpointRequest { Network = text.Length == 0 ? Network.DefaultName : text };
        }

        if (!CommaSeparated.TrySplit(text, out List<string> fields, out string error))
        {
            throw BrigException.Invalid(error);
        }

        EndpointRequest request = new() { Network = "" };
        foreach (string field in fields)
        {
            int equals = field.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
            {
                throw BrigException.Invalid($"invalid field {Oci.Text.Quote(field)}: expected key=value");
            }

            request = With(request, field[..equals].Trim().ToLowerInvariant(), field[(equals + 1)..].Trim(), field);
        }

        return request.Network.Length > 0 ? request : throw BrigException.Invalid("network name cannot be empty (name=NETWORK)");
    }

    private static EndpointRequest With(EndpointRequest request, string key, string value, string field) => key switch
    {
        "name" => request with { Network = value },
        "alias" => request with { Aliases = [.. request.Aliases, value] },
        "ip" => request with { IPv4Address = value },
        "ip6" => request with { IPv6Address = value },
        "mac-address" => request with { MacAddress = HardwareAddress.Normalise(value) },
        "link-local-ip" => request with { LinkLocalAddresses = [.. request.LinkLocalAddresses, value] },
        "driver-opt" => request with { DriverOptions = WithOption(request.DriverOptions, value) },
        "gw-priority" => request with { GatewayPriority = int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int priority) ? priority : throw BrigException.Invalid($"invalid gw-priority ({Oci.Text.Quote(value)}): invalid syntax") },
        _ => throw BrigException.Invalid($"invalid field key {Oci.Text.Quote(key)} in {Oci.Text.Quote(field)}"),
    };

    /// <summary>Adds a <c>key=value</c>; throws InvalidArgument for another form.</summary>
    internal static IReadOnlyDictionary<string, string> WithOption(IReadOnlyDictionary<string, string> options, string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals > 0
            ? new Dictionary<string, string>(options) { [text[..equals].Trim()] = text[(equals + 1)..].Trim() }
            : throw BrigException.Invalid("invalid key/value pair format in driver options");
    }
}
