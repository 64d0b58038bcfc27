using Brig.Cli.Flags;
using Brig.Cli.Streams;
using Brig.Containers;
using Brig.Containers.Monitor;
using Brig.Containers.Specifications;
using Brig.Linux;

namespace Brig.Cli.Commands.Containers;

internal static class ExecCommand
{
    public static CommandDefinition Definition => new("exec", "[OPTIONS] CONTAINER COMMAND [ARG...]", "Execute a command in a running container", Run);

    private static int Run(Invocation call)
    {
        call.Flags.Interspersed = false;
        BoolFlag detach = call.Flags.Bool("detach", 'd', "Detached mode: run command in the background");
        StringFlag detachKeys = call.Flags.String("detach-keys", "Override the key sequence for detaching a container");
        ListFlag environment = call.Flags.List("env", 'e', "list", "Set environment variables");
        ListFlag files = call.Flags.List("env-file", "list", "Read in a file of environment variables");
        BoolFlag interactive = call.Flags.Bool("interactive", 'i', "Keep STDIN open even if not attached");
        BoolFlag privileged = call.Flags.Bool("privileged", "Give extended privileges to the command");
        BoolFlag tty = call.Flags.Bool("tty", 't', "Allocate a pseudo-TTY");
        StringFlag user = call.Flags.String("user", 'u', "Username or UID (format: \"<name|uid>[:<group|gid>]\")");
        StringFlag directory = call.Flags.String("workdir", 'w', "Working directory inside the container");
        IReadOnlyList<string> positional = call.Parse(Arity.AtLeast(2));
        bool input = interactive.Value && !detach.Value;
        if (input && tty.Value && !Terminal.IsTerminal(0))
        {
            call.Error.WriteLine("the input device is not a TTY");
            return 1;
        }

        using Engine engine = Engines.Open(call);
        Container container = engine.Container(positional[0]);
        using MonitorConnection connection = (container.Status == ContainerStatus.Running ? MonitorConnection.TryOpen(engine, container) : null)
            ?? throw BrigException.Conflict($"container {container.Id} is not running");
        (ushort rows, ushort columns) = tty.Value && Terminal.TrySize(1) is { } size ? size : default;
        connection.Exec(new ExecSpecification
        {
            Arguments = [.. positional.Skip(1)],
            Environment = EnvironmentValues.Read(files.Values, environment.Values),
            WorkingDirectory = directory.IsSet ? directory.Value : null,
            User = user.IsSet ? user.Value : null,
            Terminal = tty.Value,
            OpenInput = input,
            Detached = detach.Value,
            Privileged = privileged.Value,
            Rows = rows,
            Columns = columns,
        });
        switch (connection.Receive())
        {
            case { Type: FrameType.Started }:
                break;
            case { Type: FrameType.Failed } failed:
                call.Error.WriteLine("brig: exec failed: " + failed.Error.Message);
                return StartFailure.ExitCode(failed.Error) is var code and (126 or 127) ? code : 1;
            default:
                throw BrigException.Conflict($"container {container.Id} is not running");
        }

        if (detach.Value)
        {
            return 0;
        }

        using AttachedStreams streams = new(connection, new AttachedOptions { Input = input, Terminal = tty.Value, ForwardSignals = false, DetachKeys = detachKeys.Value });
        return streams.Run() ?? 0;
    }
}
