using Brig.Cli.Flags;
using Brig.Cli.Streams;
using Brig.Containers;
using Brig.Containers.Monitor;
using Brig.Containers.Verbs;
using Brig.Linux;

namespace Brig.Cli.Commands.Containers;

internal static class StartCommand
{
    public static CommandDefinition Definition => new("start", "[OPTIONS] CONTAINER [CONTAINER...]", "Start one or more stopped containers", Run);

    private static int Run(Invocation call)
    {
        BoolFlag attach = call.Flags.Bool("attach", 'a', "Attach STDOUT/STDERR and forward signals");
        StringFlag detachKeys = call.Flags.String("detach-keys", "Override the key sequence for detaching a container");
        BoolFlag interactive = call.Flags.Bool("interactive", 'i', "Attach container's STDIN");
        IReadOnlyList<string> names = call.Parse(Arity.AtLeast(1));
        using Engine engine = Engines.Open(call);
        if (!attach.Value && !interactive.Value)
        {
            return EachArgument.Run(call, names, name =>
            {
                new StartContainer(engine).Ensure(engine.Container(name));
                call.Output.WriteLine(name);
            });
        }

        if (names.Count > 1)
        {
            throw BrigException.Invalid("you cannot start and attach multiple containers at once");
        }

        Container single = new StartContainer(engine).AwaitOthers(engine.Container(names[0]));
        bool input = interactive.Value && single.Specification.OpenInput;
        AttachOptions options = AttachOptions.Output | AttachOptions.Error | (input ? AttachOptions.Input : AttachOptions.None);
        (ushort rows, ushort columns) = single.Specification.Terminal && Terminal.TrySize(1) is { } size ? size : default;
        using MonitorConnection connection = single.Status == ContainerStatus.Running
            ? AttachCommand.Attach(engine, single, options)
            : new StartContainer(engine).Run(single, options, rows, columns);
        using AttachedStreams streams = new(connection, new AttachedOptions { Input = input, Terminal = single.Specification.Terminal, DetachKeys = detachKeys.Value });
        return streams.Run() ?? 0;
    }
}
