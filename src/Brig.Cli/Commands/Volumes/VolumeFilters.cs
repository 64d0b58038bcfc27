using System.Text.RegularExpressions;
using Brig.Containers.Volumes;

namespace Brig.Cli.Commands.Volumes;

/// <summary>Which volumes are meant: values of <c>label</c> must all hold, of the others one; different keys must all hold.</summary>
internal sealed class VolumeFilters
{
    private readonly ILookup<string, string> _filters;

    /// <param name="filters">Each <c>key=value</c>.</param>
    /// <param name="known">The keys that there are.</param>
    public VolumeFilters(IEnumerable<string> filters, params IReadOnlyCollection<string> known) =>
        _filters = filters.Select(filter => FilterText.Split(filter, known)).ToLookup(pair => pair.Key, pair => pair.Value);

    public IEnumerable<Volume> Choose(VolumeStore volumes) => volumes.List().Where(volume => _filters.All(group => group.Key switch
    {
        "dangling" => (volumes.UsersOf(volume.Name).Count == 0) == group.All(value => FilterText.Truth("dangling", value)),
        "driver" => group.Contains("local"),
        "name" => group.Any(value => Regex.IsMatch(volume.Name, Regex.Escape(value))),
        "label" => group.All(value => FilterText.HasLabel(volume.Labels, value)),
        "label!" => group.All(value => !FilterText.HasLabel(volume.Labels, value)),
        _ => true,
    }));

    /// <summary>Whether a filter <c>all</c> says so.</summary>
    public bool All => _filters["all"].Any(value => FilterText.Truth("all", value));
}
