using Brig.Containers.Monitor;
using Brig.Containers.Specifications;
using Brig.Containers.Verbs;
using Brig.Linux;

namespace Brig.Containers.Steps;

/// <summary>Runs build steps as containers that leave nothing but what they wrote.</summary>
public sealed class StepRunner(Engine engine) : IStepRunner
{
    public async Task<int> RunAsync(Step step, StepOutput output, CancellationToken token)
    {
        Container container = new CreateContainer(engine).Run(Specification(step));
        return await Task.Run(() => Follow(container, output, token), CancellationToken.None);
    }

    /// <summary>Starts the step's command on a terminal, for a person; the caller serves the connection to its end.</summary>
    public MonitorConnection Start(Step step, ushort rows, ushort columns)
    {
        Container container = new CreateContainer(engine).Run(Specification(step) with { Terminal = true, OpenInput = true });
        return new StartContainer(engine).Run(container, AttachOptions.Input | AttachOptions.Output | AttachOptions.Error, rows, columns);
    }

    private static ContainerSpecification Specification(Step step) => new()
    {
        Image = "",
        Entrypoint = [],
        Command = step.Args,
        Environment = step.Environment,
        WorkingDirectory = step.WorkingDirectory,
        User = step.User,
        Network = step.Network,
        Hostname = step.Hostname ?? "buildkitsandbox",
        AutoRemove = true,
        Privileged = step.Insecure,
        Devices = step.Devices,
        GroupAdd = [.. step.Groups.Select(group => group.ToString(System.Globalization.CultureInfo.InvariantCulture))],
        ExtraHosts = step.ExtraHosts,
        Resources = step.Resources,
        Ulimits = step.Ulimits,
        SharedMemory = step.SharedMemory,
        Mounts = [.. step.Mounts.Where(mount => mount.Lowers is null).Select(mount => new MountRequest
        {
            Kind = mount.Source is null ? MountKind.Tmpfs : MountKind.Bind,
            Source = mount.Source,
            Target = mount.Target,
            ReadOnly = mount.ReadOnly,
            Propagation = mount.Propagation,
            Options = mount.Options,
            TmpfsOptions = mount.Size > 0 ? $"exec,size={mount.Size}" : "exec",
        })],
        Step = new StepDirectories(step.Lowers, step.Upper, step.Work)
        {
            EnvironmentFile = step.EnvironmentFile,
            Trees = [.. step.Mounts.Where(mount => mount.Lowers is not null).Select(mount => new StepTree
            {
                Target = mount.Target,
                Lowers = mount.Lowers!,
                Upper = mount.Upper,
                Work = mount.Work,
                Path = mount.Path,
            })],
        },
    };

    private int Follow(Container container, StepOutput output, CancellationToken token)
    {
        using MonitorConnection connection = new StartContainer(engine).Run(container, AttachOptions.Output | AttachOptions.Error);
        using CancellationTokenRegistration kill = token.Register(() => connection.Signal(Signals.SIGKILL));
        while (true)
        {
            switch (connection.Receive())
            {
                case { Type: FrameType.Output } message:
                    output(1, message.Content);
                    break;
                case { Type: FrameType.ErrorOutput } message:
                    output(2, message.Content);
                    break;
                case { Type: FrameType.Exited } message:
                    token.ThrowIfCancellationRequested();
                    return message.Number;
                case null:
                    token.ThrowIfCancellationRequested();
                    throw new BrigException(ErrorKind.Internal, "the build step's monitor ended unexpectedly");
            }
        }
    }
}
