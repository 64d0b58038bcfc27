using Brig.Cli.Templates;

namespace Brig.Cli.Tables;

/// <summary>One row of a list as its template sees it.</summary>
internal sealed class Row<T>(string typeName, IReadOnlyList<Column<T>> columns, T item) : TemplateRecord
{
    public override string TypeName => typeName;

    public override IEnumerable<string> Names => columns.Where(column => column.ReadWith is null).Select(column => column.Name);

    public override bool TryRead(string name, out object? value)
    {
        foreach (Column<T> column in columns)
        {
            if (column.Name == name && column.ReadWith is null)
            {
                value = column.Read(item);
                return true;
            }
        }

        value = null;
        return false;
    }

    public override bool TryCall(string name, IReadOnlyList<object?> arguments, out object? value)
    {
        value = null;
        if (arguments is not [string argument] || columns.FirstOrDefault(column => column.Name == name)?.ReadWith is not { } read)
        {
            return false;
        }

        value = read(item, argument);
        return true;
    }
}
