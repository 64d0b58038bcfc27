using Brig.Cli.Flags;
using Brig.Containers;

namespace Brig.Cli.Commands.Networks;

internal static class NetworkRmCommand
{
    public static CommandDefinition Definition => new("rm", "NETWORK [NETWORK...]", "Remove one or more networks", Run) { Aliases = ["remove"] };

    private static int Run(Invocation call)
    {
        BoolFlag force = call.Flags.Bool("force", 'f', "Do not error if the network does not exist");
        IReadOnlyList<string> names = call.Parse(Arity.AtLeast(1));
        using Engine engine = Engines.Open(call);
        return EachArgument.Run(call, names, name =>
        {
            if (force.Value && engine.Networks.Definitions.TryFind(name) is null)
            {
                return;
            }

            // Settles containers whose monitor died, so that they hold nothing.
            _ = engine.Containers();
            engine.Networks.RemoveIdle();
            engine.Networks.Definitions.Remove(engine.Networks.Definitions.Find(name));
            call.Output.WriteLine(name);
        });
    }
}
