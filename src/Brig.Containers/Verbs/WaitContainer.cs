using Brig.Containers.Monitor;

namespace Brig.Containers.Verbs;

/// <summary>Waits for a container's end.</summary>
public sealed class WaitContainer(Engine engine)
{
    /// <summary>The exit code, at once where the container does not run.</summary>
    public int Run(Container container)
    {
        using MonitorConnection? connection = container.Status == ContainerStatus.Running ? MonitorConnection.TryOpen(engine, container) : null;
        connection?.Wait();
        return connection?.Receive() is { Type: FrameType.Exited } ended ? ended.Number
            : engine.TryContainer(container.Id.Value)?.State.ExitCode ?? container.State.ExitCode;
    }
}
