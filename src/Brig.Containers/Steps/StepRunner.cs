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
        ContainerSpecification specification = new()
        {
            Image = "",
            Entrypoint = [],
            Command = step.Args,
            Environment = step.Environment,
            WorkingDirectory = step.WorkingDirectory,
            User = step.User,
            Network = step.Network,
            Hostname = "buildkitsandbox",
            AutoRemove = true,
            Step = new StepDirectories(step.Lowers, step.Upper, step.Work),
        };
        Container container = new CreateContainer(engine).Run(specification);
        return await Task.Run(() => Follow(container, output, token), CancellationToken.None);
    }

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
