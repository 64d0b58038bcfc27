using System.Globalization;
using Brig.Cli.Commands.Images;
using Brig.Cli.Flags;
using Brig.Cli.Tables;
using Brig.Images.Registry;

namespace Brig.Cli.Commands.Registry;

internal static class SearchCommand
{
    private const int DescriptionWidth = 45;

    public static CommandDefinition Definition => new("search", "[OPTIONS] TERM", "Search Docker Hub for images", RunAsync)
    {
        Description = "Search Docker Hub for images, or another registry that has a search where TERM begins with its name",
    };

    private static async Task<int> RunAsync(Invocation call)
    {
        ListFlag filters = call.Flags.List("filter", 'f', "filter", "Filter output based on conditions provided");
        StringFlag format = call.Flags.String("format", "Pretty-print search using a Go template");
        IntFlag limit = call.Flags.Int("limit", "Max number of search results");
        BoolFlag whole = call.Flags.Bool("no-trunc", "Don't truncate output");
        string term = call.Parse(Arity.Exactly(1))[0];
        List<Func<SearchResult, bool>> conditions = [.. filters.Values.Select(Condition)];
        using Interruption interruption = new();
        using Registries registries = RegistryAccess.Open(call);
        IReadOnlyList<SearchResult> found = await new RegistrySearch(registries).RunAsync(term, (int)Math.Clamp(limit.Value, int.MinValue, int.MaxValue), interruption.Token);
        Format(whole.Value).Write(call.Output, found.Where(result => conditions.TrueForAll(condition => condition(result))), format.Value, ListDetail.Full);
        return 0;
    }

    private static ListFormat<SearchResult> Format(bool whole) => new(
        "*formatter.searchContext",
        [
            new("Name", "NAME", result => result.Name),
            new("Description", "DESCRIPTION", result => Description(result.Description ?? "", whole)),
            new("StarCount", "STARS", result => result.Stars.ToString(CultureInfo.InvariantCulture)),
            new("IsOfficial", "OFFICIAL", result => result.IsOfficial ? "[OK]" : ""),
            new("IsAutomated", "AUTOMATED", result => result.IsAutomated ? "[OK]" : ""),
        ],
        "{{.Name}}\t{{.Description}}\t{{.StarCount}}\t{{.IsOfficial}}",
        "{{.Name}}");

    private static string Description(string text, bool whole)
    {
        string line = text.Replace('\n', ' ').Replace('\r', ' ');
        return whole || line.Length <= DescriptionWidth ? line : line[..(DescriptionWidth - 1)] + "…";
    }

    private static Func<SearchResult, bool> Condition(string filter)
    {
        int equals = filter.IndexOf('=', StringComparison.Ordinal);
        (string key, string value) = equals < 0 ? (filter, "") : (filter[..equals].Trim().ToLowerInvariant(), filter[(equals + 1)..].Trim());
        return key switch
        {
            "is-official" => result => result.IsOfficial == Truth(key, value),
            "is-automated" => result => result.IsAutomated == Truth(key, value),
            "stars" => long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long least)
                ? result => result.Stars >= least
                : throw BrigException.Invalid($"invalid filter 'stars=[{Oci.Text.Quote(value)}]'"),
            _ => throw BrigException.Invalid($"invalid filter '{Oci.Text.Quote(key)}'"),
        };
    }

    private static bool Truth(string key, string value) => value switch
    {
        "true" or "1" => true,
        "false" or "0" => false,
        _ => throw BrigException.Invalid($"invalid filter '{key}=[{Oci.Text.Quote(value)}]'"),
    };
}
