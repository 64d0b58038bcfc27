using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Brig.Cli.Flags;
using Brig.Cli.Templates;

namespace Brig.Cli.Commands;

/// <summary>What commands named <c>inspect</c> print: the documents of all names as one array, or a template's text for each.</summary>
internal static class InspectedObjects
{
    public static StringFlag FormatFlag(Invocation call) => call.Flags.String("format", 'f',
        "Format output using a custom template:\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.");

    /// <summary>Prints those that are there, and an error for each other one; the exit code says whether there was one.</summary>
    public static int Print(Invocation call, IReadOnlyList<string> names, StringFlag format, Func<string, JsonObject> find)
    {
        JsonArray found = [];
        int code = EachArgument.Run(call, names, name => found.Add((JsonNode)find(name)));
        if (format.IsSet && format.Value != "json")
        {
            Template template = Template.Parse(format.Value);
            foreach (JsonNode? item in found)
            {
                call.Output.WriteLine(template.Execute(item!));
            }
        }
        else
        {
            call.Output.WriteLine(Text(found, indented: !format.IsSet));
        }

        return code;
    }

    private static string Text(JsonArray array, bool indented)
    {
        if (array.Count == 0)
        {
            return "[]";
        }

        using MemoryStream text = new();
        using (Utf8JsonWriter writer = new(text, new JsonWriterOptions { Indented = indented, IndentSize = 4, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            array.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }
}
