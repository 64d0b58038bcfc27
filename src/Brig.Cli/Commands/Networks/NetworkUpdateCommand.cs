using Brig.Cli.Flags;
using Brig.Containers;

namespace Brig.Cli.Commands.Networks;

internal static class NetworkUpdateCommand
{
    public static CommandDefinition Definition => new("update", "[OPTIONS] NETWORK", "Change options of a network", Run)
    {
        Description = "Change options of a network, the default one (bridge) among them. They hold for containers that start from now on.\n"
            + "An option with an empty value is taken away.",
    };

    private static int Run(Invocation call)
    {
        MapFlag options = call.Flags.Map("opt", 'o', "Set driver specific options");
        string name = call.Parse(Arity.Exactly(1))[0];
        using Engine engine = Engines.Open(call);
        engine.Networks.Update(engine.Networks.Definitions.Find(name), options.Values.ToDictionary(option => option.Key, option => option.Value.Length == 0 ? null : option.Value));
        call.Output.WriteLine(name);
        return 0;
    }
}
