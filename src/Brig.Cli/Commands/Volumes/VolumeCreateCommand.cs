using Brig.Cli.Flags;
using Brig.Containers;

namespace Brig.Cli.Commands.Volumes;

internal static class VolumeCreateCommand
{
    public static CommandDefinition Definition => new("create", "[OPTIONS] [VOLUME]", "Create a volume", Run);

    private static int Run(Invocation call)
    {
        StringFlag driver = call.Flags.String("driver", 'd', "Specify volume driver name", "local");
        ListFlag labels = call.Flags.List("label", "list", "Set metadata for a volume");
        IReadOnlyList<string> names = call.Parse(Arity.AtMost(1));
        if (driver.Value != "local")
        {
            throw BrigException.NotFound($"error looking up volume plugin {Oci.Text.Quote(driver.Value)}: plugin \"{Oci.Text.Quote(driver.Value)}\" not found (there is \"local\" alone)");
        }

        using Engine engine = Engines.Open(call);
        call.Output.WriteLine(engine.Volumes.Create(names.Count > 0 ? names[0] : null, LabelValues.Read(labels.Values)));
        return 0;
    }
}
