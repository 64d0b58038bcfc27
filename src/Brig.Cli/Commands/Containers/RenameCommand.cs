using Brig.Cli.Flags;
using Brig.Containers;
using Brig.Containers.Verbs;

namespace Brig.Cli.Commands.Containers;

internal static class RenameCommand
{
    public static CommandDefinition Definition => new("rename", "CONTAINER NEW_NAME", "Rename a container", Run);

    private static int Run(Invocation call)
    {
        IReadOnlyList<string> names = call.Parse(Arity.Exactly(2));
        using Engine engine = Engines.Open(call);
        new RenameContainer(engine).Run(engine.Container(names[0]), names[1]);
        return 0;
    }
}
