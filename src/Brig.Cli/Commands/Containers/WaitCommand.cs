using Brig.Cli.Flags;
using Brig.Containers;
using Brig.Containers.Verbs;

namespace Brig.Cli.Commands.Containers;

internal static class WaitCommand
{
    public static CommandDefinition Definition => new("wait", "CONTAINER [CONTAINER...]", "Block until one or more containers stop, then print their exit codes", Run);

    private static int Run(Invocation call)
    {
        IReadOnlyList<string> names = call.Parse(Arity.AtLeast(1));
        using Engine engine = Engines.Open(call);
        return EachArgument.Run(call, names, name => call.Output.WriteLine(new WaitContainer(engine).Run(engine.Container(name))));
    }
}
