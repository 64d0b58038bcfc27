using Brig.Cli.Flags;
using Brig.Cli.Streams;
using Brig.Containers;
using Brig.Containers.Monitor;
using Brig.Linux;

namespace Brig.Cli.Commands.Containers;

internal static class AttachCommand
{
    public static CommandDefinition Definition => new("attach", "[OPTIONS] CONTAINER", "Attach local standard input, output, and error streams to a running container", Run);

    /// <summary>A connection to the streams of a running container.</summary>
    public static MonitorConnection Attach(Engine engine, Container container, AttachOptions options)
    {
        MonitorConnection connection = (container.Status == ContainerStatus.Running ? MonitorConnection.TryOpen(engine, container) : null)
            ?? throw BrigException.Conflict("cannot attach to a stopped container, start it first");
        (ushort rows, ushort columns) = container.Specification.Terminal && Terminal.TrySize(1) is { } size ? size : default;
        if (rows > 0)
        {
            // Another size first: a program on the whole screen then draws itself anew.
            connection.Attach(options, (ushort)(rows + 1), (ushort)(columns + 1));
            connection.Resize(rows, columns);
        }
        else
        {
            connection.Attach(options, rows, columns);
        }

        _ = connection.Receive() is { Type: FrameType.Started } ? connection : throw BrigException.Conflict("cannot attach to a stopped container, start it first");
        return connection;
    }

    private static int Run(Invocation call)
    {
        StringFlag detachKeys = call.Flags.String("detach-keys", "Override the key sequence for detaching a container");
        BoolFlag noInput = call.Flags.Bool("no-stdin", "Do not attach STDIN");
        BoolFlag forward = call.Flags.Bool("sig-proxy", "Proxy all received signals to the process", true);
        IReadOnlyList<string> names = call.Parse(Arity.Exactly(1));
        using Engine engine = Engines.Open(call);
        Container container = engine.Container(names[0]);
        bool input = !noInput.Value && container.Specification.OpenInput;
        using MonitorConnection connection = Attach(engine, container, AttachOptions.Output | AttachOptions.Error | (input ? AttachOptions.Input : AttachOptions.None));
        using AttachedStreams streams = new(connection, new AttachedOptions { Input = input, Terminal = container.Specification.Terminal, ForwardSignals = forward.Value, DetachKeys = detachKeys.Value });
        return streams.Run() ?? 0;
    }
}
