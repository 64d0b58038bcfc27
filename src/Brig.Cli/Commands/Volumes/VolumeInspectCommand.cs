using System.Text.Json.Nodes;
using Brig.Cli.Commands.Containers;
using Brig.Cli.Flags;
using Brig.Containers;
using Brig.Containers.Volumes;

namespace Brig.Cli.Commands.Volumes;

internal static class VolumeInspectCommand
{
    public static CommandDefinition Definition => new("inspect", "[OPTIONS] VOLUME [VOLUME...]", "Display detailed information on one or more volumes", Run);

    public static JsonObject Document(Volume volume, VolumeStore volumes) => new()
    {
        ["CreatedAt"] = volume.Created.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"),
        ["Driver"] = "local",
        ["Labels"] = volume.Labels.Count == 0 ? null : new JsonObject(volume.Labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => KeyValuePair.Create<string, JsonNode?>(label.Key, label.Value))),
        ["Mountpoint"] = volumes.PathOf(volume.Name),
        ["Name"] = volume.Name,
        ["Options"] = null,
        ["Scope"] = "local",
    };

    private static int Run(Invocation call)
    {
        StringFlag format = InspectedObjects.FormatFlag(call);
        IReadOnlyList<string> names = call.Parse(Arity.AtLeast(1));
        using Engine engine = Engines.Open(call);
        return InspectedObjects.Print(call, names, format, name =>
            Document(engine.Volumes.Find(name) ?? throw BrigException.NotFound($"get {Oci.Text.Quote(name)}: no such volume"), engine.Volumes));
    }
}
