namespace Brig.Containers.Monitor;

/// <summary>Asks a running container's monitor to do something, and waits until it is done.</summary>
internal static class MonitorQuestion
{
    /// <summary>Throws what the monitor answered, or Conflict where it is gone.</summary>
    internal static void Ask(Engine engine, Container container, Action<MonitorConnection> send)
    {
        using MonitorConnection? connection = MonitorConnection.TryOpen(engine, container);
        if (connection is not null)
        {
            send(connection);
        }

        switch (connection?.Receive())
        {
            case { Type: FrameType.Done }:
                return;
            case { Type: FrameType.Failed } failed:
                throw failed.Error;
            default:
                throw BrigException.Conflict($"container {container.Name} is not running");
        }
    }
}
