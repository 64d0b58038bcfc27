using Brig.Cli.Flags;
using Brig.Cli.Tables;
using Brig.Containers;
using Brig.Containers.Volumes;

namespace Brig.Cli.Commands.Volumes;

internal static class VolumeLsCommand
{
    public static CommandDefinition Definition => new CommandDefinition("ls", "[OPTIONS]", "List volumes", Run).As("ls", "list");

    private static int Run(Invocation call)
    {
        ListFlag filters = call.Flags.List("filter", 'f', "filter", "Provide filter values (e.g. \"dangling=true\")");
        StringFlag format = call.Flags.String("format", ListFlags.FormatUsage);
        BoolFlag quiet = call.Flags.Bool("quiet", 'q', "Only display volume names");
        call.Parse(Arity.None);
        VolumeFilters chosen = new(filters.Values, "dangling", "driver", "label", "name");
        using Engine engine = Engines.Open(call);
        Format(engine.Volumes).Write(call.Output, chosen.Choose(engine.Volumes), format.Value, quiet.Value ? ListDetail.OnlyIds : ListDetail.Full);
        return 0;
    }

    private static ListFormat<Volume> Format(VolumeStore volumes) => new(
        "*formatter.volumeContext",
        [
            new("Name", "VOLUME NAME", volume => volume.Name),
            new("Driver", "DRIVER", _ => "local"),
            new("Scope", "SCOPE", _ => "local"),
            new("Mountpoint", "MOUNTPOINT", volume => volumes.PathOf(volume.Name)),
            new("Labels", "LABELS", volume => string.Join(',', volume.Labels.Select(label => $"{label.Key}={label.Value}"))),
            new("Links", "LINKS", _ => "N/A"),
            new("Size", "SIZE", _ => "N/A"),
            new("Label", "", _ => null) { ReadWith = (volume, name) => volume.Labels.GetValueOrDefault(name, "") },
        ],
        "{{.Driver}}\\t{{.Name}}",
        "{{.Name}}");
}
