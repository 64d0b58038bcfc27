using Brig.Containers.Monitor;
using Brig.Linux;

namespace Brig.Containers.Verbs;

/// <summary>Ends a container: its stop signal, a while to heed it, then SIGKILL (semantics.md 31).</summary>
public sealed class StopContainer(Engine engine)
{
    private const int DefaultSeconds = 10;

    /// <summary>Returns once the container has ended; one that does not run is left alone.</summary>
    /// <param name="seconds">Null takes the container's own, -1 waits for ever.</param>
    public void Run(Container container, int? seconds, int? signal)
    {
        container = new AwaitStart(engine).Run(container);
        if (container.Status != ContainerStatus.Running || MonitorConnection.TryOpen(engine, container) is not { } waiting)
        {
            return;
        }

        using (waiting)
        {
            waiting.Wait();
            Send(container, signal ?? SignalNumber.Parse(container.Specification.StopSignal ?? "SIGTERM"));
            int patience = seconds ?? container.Specification.StopTimeout ?? DefaultSeconds;
            if (!Ends(waiting, patience < 0 ? null : TimeSpan.FromSeconds(patience)))
            {
                Send(container, Signals.SIGKILL);
                Ends(waiting, null);
            }
        }
    }

    private void Send(Container container, int signal)
    {
        using MonitorConnection? connection = MonitorConnection.TryOpen(engine, container);
        connection?.Signal(signal);
        _ = connection?.Receive();
    }

    private static bool Ends(MonitorConnection connection, TimeSpan? patience)
    {
        using EventLoop loop = new();
        bool ended = false, late = false;
        loop.Watch(connection.Socket, EventMask.EPOLLIN, _ => ended = !connection.Fill() || connection.TryTake() is { Type: FrameType.Exited });
        if (patience is { } most)
        {
            loop.After(most, () => late = true);
        }

        while (!ended && !late)
        {
            loop.RunOnce();
        }

        return ended;
    }
}
