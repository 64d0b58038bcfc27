using Brig.Containers.Monitor;
using Brig.Linux;

namespace Brig.Containers.Verbs;

/// <summary>Sends a signal to a container's first process; SIGKILL also waits for the end (semantics.md 32).</summary>
public sealed class KillContainer(Engine engine)
{
    public void Run(Container container, int signal)
    {
        using MonitorConnection? connection = container.Status == ContainerStatus.Running ? MonitorConnection.TryOpen(engine, container) : null;
        if (connection is null)
        {
            throw BrigException.Conflict($"cannot kill container: {container.Name}: container {container.Id} is not running");
        }

        using MonitorConnection? waiting = signal == Signals.SIGKILL ? MonitorConnection.TryOpen(engine, container) : null;
        waiting?.Wait();
        connection.Signal(signal);
        if (connection.Receive() is { Type: FrameType.Failed } failed)
        {
            throw failed.Error;
        }

        _ = waiting?.Receive();
    }
}
