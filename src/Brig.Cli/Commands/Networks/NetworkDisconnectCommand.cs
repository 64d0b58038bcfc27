using Brig.Cli.Flags;
using Brig.Containers;
using Brig.Containers.Verbs;

namespace Brig.Cli.Commands.Networks;

internal static class NetworkDisconnectCommand
{
    public static CommandDefinition Definition => new("disconnect", "[OPTIONS] NETWORK CONTAINER", "Disconnect a container from a network", Run);

    private static int Run(Invocation call)
    {
        BoolFlag force = call.Flags.Bool("force", 'f', "Force the container to disconnect from a network");
        IReadOnlyList<string> names = call.Parse(Arity.Exactly(2));
        using Engine engine = Engines.Open(call);
        if (force.Value && engine.TryContainer(names[1]) is null)
        {
            return 0; // whatever it was: it is in no network any more
        }

        new DisconnectNetwork(engine).Run(engine.Container(names[1]), engine.Networks.Definitions.Find(names[0]));
        return 0;
    }
}
