using Brig.Cli.Flags;
using Brig.Containers;
using Brig.Containers.Verbs;

namespace Brig.Cli.Commands.Containers;

internal static class StopCommand
{
    public static CommandDefinition Definition => new("stop", "[OPTIONS] CONTAINER [CONTAINER...]", "Stop one or more running containers", Run);

    private static int Run(Invocation call)
    {
        StringFlag signal = call.Flags.String("signal", 's', "Signal to send to the container");
        IntFlag timeout = call.Flags.Int("timeout", 't', "Seconds to wait before killing the container");
        call.Flags.Alias("time", timeout);
        IReadOnlyList<string> names = call.Parse(Arity.AtLeast(1));
        using Engine engine = Engines.Open(call);
        StopContainer stop = new(engine);
        return EachArgument.Run(call, names, name =>
        {
            stop.Run(engine.Container(name), timeout.IsSet ? (int)timeout.Value : null, signal.IsSet ? SignalNumber.Parse(signal.Value) : null);
            call.Output.WriteLine(name);
        });
    }
}
