namespace Brig.Containers.Verbs;

/// <summary>Waits while somebody else's start of a container is at work, so that what comes next finds it running, or not.</summary>
internal sealed class AwaitStart(Engine engine)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    internal Container Run(Container container)
    {
        for (DateTimeOffset end = engine.Time.GetUtcNow() + s_patience; container.IsStarting; container = engine.TryContainer(container.Id.Value) ?? container with { Status = ContainerStatus.Removing, State = new ContainerState() })
        {
            if (engine.Time.GetUtcNow() > end)
            {
                throw new BrigException(ErrorKind.Unavailable, $"container {container.Name} is still being started (its monitor is process {container.State.Monitor!.Value.Pid})");
            }

            Thread.Sleep(s_pause);
        }

        return container;
    }
}
