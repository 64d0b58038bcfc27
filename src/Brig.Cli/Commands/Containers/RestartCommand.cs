using Brig.Cli.Flags;
using Brig.Containers;
using Brig.Containers.Verbs;

namespace Brig.Cli.Commands.Containers;

internal static class RestartCommand
{
    public static CommandDefinition Definition => new("restart", "[OPTIONS] CONTAINER [CONTAINER...]", "Restart one or more containers", Run);

    private static int Run(Invocation call)
    {
        StringFlag signal = call.Flags.String("signal", 's', "Signal to send to the container");
        IntFlag timeout = call.Flags.Int("timeout", 't', "Seconds to wait before killing the container");
        call.Flags.Alias("time", timeout);
        IReadOnlyList<string> names = call.Parse(Arity.AtLeast(1));
        using Engine engine = Engines.Open(call);
        return EachArgument.Run(call, names, name =>
        {
            Container container = engine.Container(name);
            if (container is { Specification.AutoRemove: true, Status: ContainerStatus.Running })
            {
                throw BrigException.Unsupported($"restart {container.Name}: it is removed when it stops (--rm)");
            }

            new StopContainer(engine).Run(container, timeout.IsSet ? (int)timeout.Value : null, signal.IsSet ? SignalNumber.Parse(signal.Value) : null);
            new StartContainer(engine).Ensure(engine.Container(name));
            call.Output.WriteLine(name);
        });
    }
}
