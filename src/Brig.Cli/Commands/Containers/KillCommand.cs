using Brig.Cli.Flags;
using Brig.Containers;
using Brig.Containers.Verbs;

namespace Brig.Cli.Commands.Containers;

internal static class KillCommand
{
    public static CommandDefinition Definition => new("kill", "[OPTIONS] CONTAINER [CONTAINER...]", "Kill one or more running containers", Run);

    private static int Run(Invocation call)
    {
        StringFlag signal = call.Flags.String("signal", 's', "Signal to send to the container", "KILL");
        IReadOnlyList<string> names = call.Parse(Arity.AtLeast(1));
        int number = SignalNumber.Parse(signal.Value);
        using Engine engine = Engines.Open(call);
        return EachArgument.Run(call, names, name =>
        {
            new KillContainer(engine).Run(engine.Container(name), number);
            call.Output.WriteLine(name);
        });
    }
}
