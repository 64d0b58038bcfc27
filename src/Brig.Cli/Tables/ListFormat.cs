using System.Text;
using Brig.Cli.Templates;

namespace Brig.Cli.Tables;

/// <summary>How a list command prints: its columns and the table it shows when nothing else is asked for.</summary>
/// <param name="typeName">What a template error calls a row, such as <c>*formatter.ContainerContext</c>.</param>
/// <param name="table">The default template, without the word table: <c>{{.ID}}\t{{.Names}}</c>.</param>
/// <param name="quiet">The template of <c>-q</c>.</param>
internal sealed class ListFormat<T>(string typeName, IReadOnlyList<Column<T>> columns, string table, string quiet)
{
    /// <summary>
    /// Prints the rows. The format is empty or <c>table</c> (where <paramref name="onlyIds"/> applies), <c>table TEMPLATE</c>, <c>json</c>, or a
    /// template; <c>\t</c> and <c>\n</c> in it mean a tab and a new line. Throws <see cref="TemplateException"/>, having printed nothing.
    /// </summary>
    public void Write(TextWriter output, IEnumerable<T> items, string format, ListDetail onlyIds)
    {
        format = format.Trim(' ');
        bool isDefault = format is "" or "table";
        bool isTable = isDefault ? onlyIds == ListDetail.Full : IsTable(format);
        string source = isDefault ? onlyIds == ListDetail.Full ? table : quiet
            : isTable ? format["table".Length..].Trim(' ')
            : format == "json" ? "{{json .}}"
            : format;
        Template template = Template.Parse(source.Replace("\\t", "\t", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal));
        StringBuilder text = new();
        if (isTable)
        {
            template.ExecuteOnHeaders(new HeaderRow<T>(columns), text);
            text.Append('\n');
        }

        foreach (T item in items)
        {
            template.Execute(new Row<T>(typeName, columns, item), text);
            text.Append('\n');
        }

        output.Write(isTable ? TabAlignment.Align(text.ToString()) : text.ToString());
    }

    private static bool IsTable(string format) => format.StartsWith("table", StringComparison.Ordinal) && format.Length > 5 && (format[5] is ' ' or '\\' or '\t' or '{');
}
