using System.Text.Json.Nodes;
using Brig.Cli.Commands.Images;
using Brig.Cli.Commands.Volumes;
using Brig.Cli.Flags;
using Brig.Containers;

namespace Brig.Cli.Commands.Containers;

internal static class InspectCommand
{
    public static CommandDefinition Definition => new("inspect", "[OPTIONS] NAME|ID [NAME|ID...]", "Return low-level information on Brig objects", Run);

    private static int Run(Invocation call)
    {
        StringFlag format = InspectedObjects.FormatFlag(call);
        StringFlag type = call.Flags.String("type", "Only inspect objects of the given type");
        BoolFlag size = call.Flags.Bool("size", 's', "Display total file sizes if the type is container");
        StringFlag? platform = call.Path.Contains(" image ", StringComparison.Ordinal)
            ? call.Flags.String("platform", "Inspect a specific platform of the multi-platform image.\n'os[/arch[/variant]]': Explicit platform (eg. linux/amd64)") : null;
        if (call.Path.Contains(" network ", StringComparison.Ordinal))
        {
            call.Flags.Bool("verbose", 'v', "Verbose output for diagnostics");
        }

        IReadOnlyList<string> names = call.Parse(Arity.AtLeast(1));
        string kind = type.IsSet ? type.Value : call.Path.Contains(" container ", StringComparison.Ordinal) ? "container" : call.Path.Contains(" image ", StringComparison.Ordinal) ? "image" : call.Path.Contains(" network ", StringComparison.Ordinal) ? "network" : "";
        using Engine engine = Engines.Open(call);
        return InspectedObjects.Print(call, names, format, name => platform is { IsSet: true } ? ImageInspection.Of(ImagePlatforms.Get(engine.Images, name, ImagePlatforms.Of(platform)), engine) : Find(engine, name, kind, size.Value ? SizeDetail.Shown : SizeDetail.Left)
            ?? throw BrigException.NotFound(kind == "network" ? $"network {Oci.Text.Quote(name)} not found" : $"no such {(kind.Length == 0 ? "object" : kind)}: {Oci.Text.Quote(name)}"));
    }

    private static JsonObject? Find(Engine engine, string name, string kind, SizeDetail size)
    {
        if (kind is "" or "container" && engine.TryContainer(name) is { } container)
        {
            return ContainerInspection.Of(container, engine, size);
        }

        if (kind is "" or "image" && engine.Images.Find(name) is { } image)
        {
            return ImageInspection.Of(image, engine);
        }

        if (kind is "" or "network" && engine.Networks.Definitions.TryFind(name) is { } network)
        {
            return Networks.NetworkDocument.Of(network, engine);
        }

        return kind is "" or "volume" && engine.Volumes.Find(name) is { } volume ? VolumeInspectCommand.Document(volume, engine.Volumes) : null;
    }
}
