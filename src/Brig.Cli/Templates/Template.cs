using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Brig.Cli.Templates.Nodes;

namespace Brig.Cli.Templates;

/// <summary>
/// A Go text template as users of <c>--format</c> write it. Data is null, bool, long, double, string, <see cref="JsonElement"/>,
/// <see cref="TemplateRecord"/> or a list of these. Reading and carrying out throw <see cref="TemplateException"/> and nothing else.
/// </summary>
internal sealed class Template
{
    private readonly string _text;
    private readonly Dictionary<string, IReadOnlyList<Node>> _definitions;

    private Template(string text, Dictionary<string, IReadOnlyList<Node>> definitions) => (_text, _definitions) = (text, definitions);

    public static Template Parse(string text) => new(text, new TemplateParser(text).Parse());

    public string Execute(JsonElement data) => Execute((object?)data);

    public string Execute(JsonNode? data)
    {
        using JsonDocument document = JsonDocument.Parse(data?.ToJsonString() ?? "null");
        return Execute((object?)document.RootElement);
    }

    public string Execute(object? data)
    {
        StringBuilder output = new();
        Execute(data, output);
        return output.ToString();
    }

    public void Execute(object? data, StringBuilder output)
    {
        new Evaluator(_text, _definitions, output, TemplateValues.Open(data)).Run();
    }

    /// <summary>Carries out the template on column headers: what would change the letters of a value leaves a header alone.</summary>
    public void ExecuteOnHeaders(TemplateRecord headers, StringBuilder output) =>
        new Evaluator(_text, _definitions, output, headers) { KeepsLetters = true }.Run();
}
