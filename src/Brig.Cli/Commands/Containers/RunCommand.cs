using Brig.Cli.Flags;
using Brig.Cli.Streams;
using Brig.Containers;
using Brig.Containers.Monitor;
using Brig.Containers.Specifications;
using Brig.Containers.Verbs;
using Brig.Linux;

namespace Brig.Cli.Commands.Containers;

internal static class RunCommand
{
    private const int EngineError = 125;

    public static CommandDefinition Definition => new("run", "[OPTIONS] IMAGE [COMMAND] [ARG...]", "Create and run a new container from an image", Run);

    private static int Run(Invocation call)
    {
        call.Flags.Interspersed = false;
        ContainerFlags flags = new(call.Flags);
        ListFlag attach = call.Flags.List("attach", 'a', "list", "Attach to STDIN, STDOUT or STDERR");
        BoolFlag detach = call.Flags.Bool("detach", 'd', "Run container in background and print container ID");
        StringFlag detachKeys = call.Flags.String("detach-keys", "Override the key sequence for detaching a container");
        BoolFlag forward = call.Flags.Bool("sig-proxy", "Proxy received signals to the process", true);
        IReadOnlyList<string> positional = call.Parse(Arity.AtLeast(1));
        try
        {
            if (detach.Value && attach.Values.Count > 0)
            {
                throw BrigException.Invalid("conflicting options: cannot specify both --attach and --detach");
            }

            AttachOptions options = detach.Value ? AttachOptions.None : Options(attach.Values, call.Flags.Find("interactive") is BoolFlag { Value: true });
            ContainerSpecification specification = flags.Specification(positional, (options & AttachOptions.Input) != 0);
            return Run(call, flags, specification, options, new AttachedOptions
            {
                Input = (options & AttachOptions.Input) != 0,
                Terminal = specification.Terminal,
                ForwardSignals = forward.Value,
                DetachKeys = detachKeys.Value,
            });
        }
        catch (Exception error) when (error is BrigException or LinuxException)
        {
            call.Output.Flush();
            call.Error.WriteLine("brig: " + error.Message);
            call.Error.WriteLine("\nRun 'brig run --help' for more information");
            throw new ExitException(error is BrigException known && StartFailure.ExitCode(known) is var code and (126 or 127) && IsAboutCommand(known) ? code : EngineError);
        }
    }

    private static int Run(Invocation call, ContainerFlags flags, ContainerSpecification specification, AttachOptions options, AttachedOptions streams)
    {
        if (streams is { Input: true, Terminal: true } && !Terminal.IsTerminal(0))
        {
            call.Error.WriteLine("the input device is not a TTY");
            throw new ExitException(1);
        }

        using Engine engine = Engines.Open(call);
        Container container = CreateCommand.Create(call, engine, flags, specification);
        (ushort rows, ushort columns) = specification.Terminal && Terminal.TrySize(1) is { } size ? size : default;
        using MonitorConnection connection = new StartContainer(engine).Run(container, options, rows, columns);
        if (options == AttachOptions.None)
        {
            call.Output.WriteLine(container.Id);
            return 0;
        }

        using AttachedStreams attached = new(connection, streams);
        return attached.Run() ?? 0;
    }

    /// <summary>Which streams: what <c>-a</c> names, else both outputs, and the input with <c>-i</c>.</summary>
    private static AttachOptions Options(IReadOnlyList<string> names, bool interactive)
    {
        if (names.Count == 0)
        {
            return AttachOptions.Output | AttachOptions.Error | (interactive ? AttachOptions.Input : AttachOptions.None);
        }

        AttachOptions options = AttachOptions.None;
        foreach (string name in names)
        {
            options |= name.ToLowerInvariant() switch
            {
                "stdin" => AttachOptions.Input,
                "stdout" => AttachOptions.Output,
                "stderr" => AttachOptions.Error,
                _ => throw BrigException.Invalid($"invalid argument \"{Oci.Text.Quote(name)}\" for \"-a, --attach\" flag: valid streams are STDIN, STDOUT and STDERR"),
            };
        }

        return options;
    }

    /// <summary>Whether the start failed over what the user named to be run or mounted, not over the engine's own doing.</summary>
    private static bool IsAboutCommand(BrigException error) =>
        error.Message.StartsWith("exec: ", StringComparison.Ordinal) || error.Message.Contains("Are you trying to mount", StringComparison.Ordinal);
}
