using Brig.Containers.Monitor;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Containers.Verbs;

/// <summary>Starts a container: gives it a monitor, and hands over the connection to that.</summary>
public sealed class StartContainer(Engine engine)
{
    /// <summary>Starts the container and returns once its program runs, with the connection attached to the streams that were asked for.</summary>
    public MonitorConnection Run(Container container, AttachOptions options, ushort rows = 0, ushort columns = 0)
    {
        MonitorConnection connection = Begin(container, options, rows, columns);
        try
        {
            return connection.Receive() switch
            {
                { Type: FrameType.Started } => connection,
                { Type: FrameType.Failed } failed => throw failed.Error,
                _ => throw Lost(container),
            };
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The container once nobody else is at work on it: started by them, or still to be started.</summary>
    public Container AwaitOthers(Container container) => new AwaitStart(engine).Run(container);

    /// <summary>Starts the container where it does not run, and leaves it to itself. Of several at once one starts it, and all return once it runs.</summary>
    public void Ensure(Container container)
    {
        container = AwaitOthers(container);
        if (container.Status == ContainerStatus.Running)
        {
            return;
        }

        try
        {
            Run(container, AttachOptions.None).Dispose();
        }
        catch (BrigException) when (engine.TryContainer(container.Id.Value) is { } now && AwaitOthers(now).Status == ContainerStatus.Running)
        {
            // Somebody else was first.
        }
    }

    private MonitorConnection Begin(Container container, AttachOptions options, ushort rows, ushort columns)
    {
        (SafeFileHandle ours, SafeFileHandle theirs) = UnixSockets.Pair();
        using (theirs)
        using (SafeFileHandle nothing = Files.Open("/dev/null", OpenFlags.O_RDWR))
        using (SafeFileHandle log = Files.Open(new ContainerFiles(engine.Root, container.Id).MonitorLog, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_TRUNC, 0x180))
        {
            // The monitor clones, and the container must not be able to write to the program that it is.
            using SafeFileHandle? own = OwnProgram.TryOpenReadOnly();
            string program = own is null ? Environment.ProcessPath ?? "/proc/self/exe" : $"/proc/{Environment.ProcessId}/fd/{Files.Number(own)}";
            Processes.Spawn(program, ["brig", "monitor", engine.Root.Root, engine.Root.RunRoot, container.Id.Value], ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"], [nothing, nothing, log, theirs]);
        }

        MonitorConnection connection = new(ours);
        connection.Start(options, rows, columns);
        return connection;
    }

    /// <summary>Nobody is left who would remove it, where that was asked for.</summary>
    private BrigException Lost(Container container)
    {
        BrigException error = new(ErrorKind.Internal, $"start {container.Name}: its monitor ended unexpectedly{Words(container)}");
        if (engine.TryContainer(container.Id.Value) is { Specification.AutoRemove: true } left && (!left.HasMonitor || left.State.Monitor == ProcessIdentity.Current))
        {
            engine.Removal.Run(left.Id);
        }

        return error;
    }

    private string Words(Container container) =>
        Files.TryReadText(new ContainerFiles(engine.Root, container.Id).MonitorLog)?.Trim() is { Length: > 0 } words ? ": " + words.Split('\n')[0] : "";
}
