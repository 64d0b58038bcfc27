using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Brig.Cli.Commands.Images;
using Brig.Cli.Flags;
using Brig.Cli.Templates;
using Brig.Containers;

namespace Brig.Cli.Commands.Containers;

internal static class InspectCommand
{
    public static CommandDefinition Definition => new("inspect", "[OPTIONS] NAME|ID [NAME|ID...]", "Return low-level information on Brig objects", Run);

    private static int Run(Invocation call)
    {
        StringFlag format = call.Flags.String("format", 'f', "Format output using a custom template:\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.");
        StringFlag type = call.Flags.String("type", "Only inspect objects of the given type");
        BoolFlag size = call.Flags.Bool("size", 's', "Display total file sizes if the type is container");
        if (call.Path.Contains(" network ", StringComparison.Ordinal))
        {
            call.Flags.Bool("verbose", 'v', "Verbose output for diagnostics");
        }

        _ = size;
        IReadOnlyList<string> names = call.Parse(Arity.AtLeast(1));
        string kind = type.IsSet ? type.Value : call.Path.Contains(" container ", StringComparison.Ordinal) ? "container" : call.Path.Contains(" image ", StringComparison.Ordinal) ? "image" : call.Path.Contains(" network ", StringComparison.Ordinal) ? "network" : "";
        using Engine engine = Engines.Open(call);
        JsonArray found = [];
        int code = EachArgument.Run(call, names, name => found.Add((JsonNode)(Find(engine, name, kind)
            ?? throw BrigException.NotFound(kind == "network" ? $"network {Oci.Text.Quote(name)} not found" : $"no such {(kind.Length == 0 ? "object" : kind)}: {Oci.Text.Quote(name)}"))));
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

    private static JsonObject? Find(Engine engine, string name, string kind)
    {
        if (kind is "" or "container" && engine.TryContainer(name) is { } container)
        {
            return ContainerInspection.Of(container, engine);
        }

        if (kind is "" or "image" && engine.Images.Find(name) is { } image)
        {
            return ImageInspection.Of(image, engine);
        }

        return kind is "" or "network" && engine.Networks.Definitions.TryFind(name) is { } network ? Networks.NetworkDocument.Of(network, engine) : null;
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
