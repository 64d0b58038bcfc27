namespace Brig.Cli.Tables;

/// <summary>A field of a list: its name in templates, its header, and how a row gives it.</summary>
/// <param name="Name">As in <c>{{.Name}}</c>.</param>
/// <param name="Read">A string, or a bool or number where the template should see one.</param>
internal sealed record Column<T>(string Name, string Header, Func<T, object?> Read)
{
    /// <summary>Set for a field that takes an argument (<c>{{.Label "key"}}</c>); such a field is not part of the JSON.</summary>
    public Func<T, string, string>? ReadWith { get; init; }
}
