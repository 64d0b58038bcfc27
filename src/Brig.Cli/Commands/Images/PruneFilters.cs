using Brig.Cli.Text;
using Brig.Images;

namespace Brig.Cli.Commands.Images;

/// <summary>The conditions of <c>image prune --filter</c>; all must hold.</summary>
internal sealed class PruneFilters
{
    private readonly List<Func<Image, bool>> _conditions = [];

    public PruneFilters(IEnumerable<string> filters, TimeProvider time)
    {
        foreach (string filter in filters)
        {
            int equals = filter.IndexOf('=', StringComparison.Ordinal);
            (string key, string value) = equals < 0 ? (filter, "") : (filter[..equals].Trim().ToLowerInvariant(), filter[(equals + 1)..].Trim());
            switch (key)
            {
                case "dangling" when value is "true" or "1" or "false" or "0":
                    Dangling = value is "true" or "1";
                    break;
                case "until" when value.Length > 0:
                    DateTimeOffset end = PruneTime.Parse(value, time);
                    _conditions.Add(image => image.Created is { } created && created < end);
                    break;
                case "label" when value.Length > 0:
                    _conditions.Add(image => HasLabel(image, value));
                    break;
                case "label!" when value.Length > 0:
                    _conditions.Add(image => !HasLabel(image, value));
                    break;
                default:
                    throw BrigException.Invalid($"invalid filter '{Oci.Text.Quote(filter)}'");
            }
        }
    }

    /// <summary>Null where it is not said.</summary>
    public bool? Dangling { get; }

    public bool Chooses(Image image) => _conditions.TrueForAll(condition => condition(image));

    private static bool HasLabel(Image image, string wanted)
    {
        int equals = wanted.IndexOf('=', StringComparison.Ordinal);
        return image.Config.Config?.Labels is { } labels && labels.TryGetValue(equals < 0 ? wanted : wanted[..equals], out string? value)
            && (equals < 0 || value == wanted[(equals + 1)..]);
    }
}
