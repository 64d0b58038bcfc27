using System.Text.Json.Nodes;
using Brig.Cli.Templates;

namespace Brig.Cli.Commands.System;

/// <summary>The <c>--format</c> of commands that show one document.</summary>
internal static class DocumentFormat
{
    public const string Usage = "Format output using a custom template:\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template";

    /// <summary>The document as the format wants it, with a line's end. Throws <see cref="TemplateException"/>.</summary>
    public static string Write(JsonObject document, string format) => Template.Parse(format == "json" ? "{{json .}}" : format).Execute(document) + "\n";
}
