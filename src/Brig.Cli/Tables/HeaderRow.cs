using Brig.Cli.Templates;

namespace Brig.Cli.Tables;

/// <summary>The headers of a list as its template sees them, in the place of a row.</summary>
internal sealed class HeaderRow<T>(IReadOnlyList<Column<T>> columns) : TemplateRecord
{
    public override string TypeName => "formatter.SubHeaderContext";

    public override IEnumerable<string> Names => columns.Select(column => column.Name);

    public override bool TryRead(string name, out object? value)
    {
        value = columns.FirstOrDefault(column => column.Name == name)?.Header;
        return true;
    }

    /// <summary>The header of <c>{{.Label "com.example.owner-name"}}</c> is <c>owner name</c>.</summary>
    public override bool TryCall(string name, IReadOnlyList<object?> arguments, out object? value)
    {
        value = arguments is [string key] ? key[(key.LastIndexOf('.') + 1)..].Replace('-', ' ').Replace('_', ' ') : "";
        return true;
    }
}
