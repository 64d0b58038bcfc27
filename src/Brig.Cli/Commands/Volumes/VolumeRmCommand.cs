using Brig.Cli.Flags;
using Brig.Containers;

namespace Brig.Cli.Commands.Volumes;

internal static class VolumeRmCommand
{
    public static CommandDefinition Definition => new CommandDefinition("rm", "[OPTIONS] VOLUME [VOLUME...]", "Remove one or more volumes", Run).As("rm", "remove");

    private static int Run(Invocation call)
    {
        BoolFlag force = call.Flags.Bool("force", 'f', "Force the removal of one or more volumes");
        IReadOnlyList<string> names = call.Parse(Arity.AtLeast(1));
        using Engine engine = Engines.Open(call);
        return EachArgument.Run(call, names, name =>
        {
            if (!force.Value || engine.Volumes.Find(name) is not null)
            {
                engine.Volumes.Remove(name);
            }

            call.Output.WriteLine(name);
        });
    }
}
