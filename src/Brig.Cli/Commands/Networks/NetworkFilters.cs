using System.Globalization;
using System.Text.RegularExpressions;
using Brig.Cli.Text;
using Brig.Networks;

namespace Brig.Cli.Commands.Networks;

/// <summary>Which networks a list or a removal takes: the conditions of <c>--filter</c>. Values of one key are alternatives, but for labels; keys must all hold.</summary>
internal sealed class NetworkFilters
{
    private readonly ILookup<string, string> _wanted;

    /// <param name="keys">What may be asked for.</param>
    public NetworkFilters(IEnumerable<string> filters, params string[] keys)
    {
        _wanted = filters.Select(filter =>
        {
            int equals = filter.IndexOf('=', StringComparison.Ordinal);
            string key = equals < 0 ? filter : filter[..equals].Trim().ToLowerInvariant();
            if (equals > 0 && filter[equals - 1] == '!' && keys.Contains(filter[..equals]))
            {
                key = filter[..equals];
            }

            return equals >= 0 && keys.Contains(key) ? (Key: key, Value: filter[(equals + 1)..].Trim()) : throw BrigException.Invalid($"invalid filter '{Oci.Text.Quote(key)}'");
        }).ToLookup(pair => pair.Key, pair => pair.Value);
    }

    /// <param name="isUsed">Whether a container is in the network.</param>
    public bool Fit(Network network, Func<Network, bool> isUsed, DateTimeOffset now) => _wanted.All(group => group.Key switch
    {
        "driver" => group.Contains(DriverName(network)),
        "id" => group.Any(value => network.Id.StartsWith(value, StringComparison.Ordinal)),
        "name" => group.Any(value => Matches(network.Name, value)),
        "label" => group.All(value => HasLabel(network, value)),
        "label!" => !group.Any(value => HasLabel(network, value)),
        "scope" => group.Contains("local"),
        "type" => group.Any(value => value switch
        {
            "custom" => !network.IsPredefined,
            "builtin" => network.IsPredefined,
            _ => throw BrigException.Invalid($"invalid filter 'type={Oci.Text.Quote(value)}'"),
        }),
        "dangling" => group.Any(value => value switch
        {
            "true" or "1" => !network.IsPredefined && !isUsed(network),
            "false" or "0" => network.IsPredefined || isUsed(network),
            _ => throw BrigException.Invalid($"invalid filter 'dangling={Oci.Text.Quote(value)}'"),
        }),
        _ => group.All(value => network.Created < Moment(value, now)),
    });

    public static string DriverName(Network network) => network.Driver == NetworkDriver.None ? "null" : network.Driver.ToString().ToLowerInvariant();

    /// <summary>Reads <c>key=value</c>; a key alone has an empty value.</summary>
    public static Dictionary<string, string> Labels(IReadOnlyList<string> values)
    {
        Dictionary<string, string> labels = [];
        foreach (string value in values)
        {
            string[] pair = value.Split('=', 2);
            labels[pair[0]] = pair.Length == 2 ? pair[1] : "";
        }

        return labels;
    }

    private static bool HasLabel(Network network, string text) =>
        text.Split('=', 2) is var pair && network.Labels.TryGetValue(pair[0], out string? value) && (pair.Length == 1 || value == pair[1]);

    /// <summary>A time stamp, or a duration before now.</summary>
    private static DateTimeOffset Moment(string text, DateTimeOffset now) =>
        long.TryParse(text, out long seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds)
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset moment) ? moment
        : GoDuration.TryParse(text, out long nanoseconds, out _) ? now.AddTicks(-nanoseconds / 100)
        : throw BrigException.Invalid($"invalid filter 'until={Oci.Text.Quote(text)}'");

    private static bool Matches(string name, string pattern)
    {
        try
        {
            return Regex.IsMatch(name, pattern, RegexOptions.None, TimeSpan.FromSeconds(1));
        }
        catch (RegexParseException error)
        {
            throw BrigException.Invalid($"invalid filter 'name={Oci.Text.Quote(pattern)}': {error.Message}");
        }
    }
}
