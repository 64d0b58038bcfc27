using Brig.Cli.Commands.Images;
using Brig.Cli.Flags;
using Brig.Containers;
using Brig.Containers.Verbs;

namespace Brig.Cli.Commands.Containers;

internal static class ExportCommand
{
    public static CommandDefinition Definition => new("export", "[OPTIONS] CONTAINER", "Export a container's filesystem as a tar archive", Run);

    private static int Run(Invocation call)
    {
        StringFlag output = call.Flags.String("output", 'o', "Write to a file, instead of STDOUT");
        string name = call.Parse(Arity.Exactly(1))[0];
        OutputFile.RefuseTerminal(output.Value);
        using Engine engine = Engines.Open(call);
        using Interruption interruption = new();
        Container container = engine.Container(name);
        OutputFile.WriteOrStream(output.Value, stream => new ExportContainer(engine).Run(container, stream, interruption.Token));
        return 0;
    }
}
