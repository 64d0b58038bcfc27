using Brig.Cli.Flags;
using Brig.Cli.Text;
using Brig.Containers;
using Brig.Containers.Logs;
using Brig.Containers.Monitor;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Cli.Commands.Containers;

internal static class LogsCommand
{
    public static CommandDefinition Definition => new("logs", "[OPTIONS] CONTAINER", "Fetch the logs of a container", Run);

    private static int Run(Invocation call)
    {
        BoolFlag follow = call.Flags.Bool("follow", 'f', "Follow log output");
        StringFlag since = call.Flags.String("since", "Show logs since timestamp (e.g. \"2013-01-02T13:23:37Z\") or relative (e.g. \"42m\" for 42 minutes)");
        StringFlag until = call.Flags.String("until", "Show logs before a timestamp (e.g. \"2013-01-02T13:23:37Z\") or relative (e.g. \"42m\" for 42 minutes)");
        StringFlag tail = call.Flags.String("tail", 'n', "Number of lines to show from the end of the logs", "all");
        BoolFlag timestamps = call.Flags.Bool("timestamps", 't', "Show timestamps");
        IReadOnlyList<string> names = call.Parse(Arity.Exactly(1));
        DateTimeOffset first = since.IsSet ? TimeText.Parse(since.Value, TimeProvider.System) : DateTimeOffset.MinValue;
        DateTimeOffset last = until.IsSet ? TimeText.Parse(until.Value, TimeProvider.System) : DateTimeOffset.MaxValue;
        int? most = tail.Value == "all" ? null : int.TryParse(tail.Value, out int count) ? count < 0 ? null : count
            : throw BrigException.Invalid($"\"tail\" is not a number: {Oci.Text.Quote(tail.Value)}");
        using Engine engine = Engines.Open(call);
        Container container = engine.Container(names[0]);
        using LogReader reader = new(engine, container);
        IEnumerable<LogRecord> records = reader.Read().Where(record => record.Time >= first && record.Time <= last);
        if (most is { } lines)
        {
            records = records.TakeLast(lines);
        }

        using SafeFileHandle output = new(1, ownsHandle: false), error = new(2, ownsHandle: false);
        void Print(LogRecord record) => Files.WriteAll(record.Stream == 2 && !container.Specification.Terminal ? error : output,
            timestamps.Value ? [.. global::System.Text.Encoding.ASCII.GetBytes(record.Timestamp + " "), .. record.Text] : record.Text);
        foreach (LogRecord record in records)
        {
            Print(record);
        }

        if (follow.Value)
        {
            Follow(engine, container, reader, record =>
            {
                if (record.Time >= first && record.Time <= last)
                {
                    Print(record);
                }
            });
        }

        return 0;
    }

    /// <summary>Prints what comes until the container has ended.</summary>
    private static void Follow(Engine engine, Container container, LogReader reader, Action<LogRecord> print)
    {
        using MonitorConnection? connection = container.Status == ContainerStatus.Running ? MonitorConnection.TryOpen(engine, container) : null;
        if (connection is null)
        {
            return;
        }

        connection.Wait();
        using EventLoop loop = new();
        using SafeFileHandle changes = FileChanges.Watch(new ContainerFiles(engine.Root, container.Id).Log);
        bool ended = false;
        byte[] dropped = new byte[4096];
        loop.Watch(changes, EventMask.EPOLLIN, _ => Files.Read(changes, dropped));
        loop.Watch(connection.Socket, EventMask.EPOLLIN, _ => ended = !connection.Fill() || connection.TryTake() is not null);
        while (true)
        {
            // Looked at before reading: what was written before the end is there by then.
            bool last = ended;
            foreach (LogRecord record in reader.Read())
            {
                print(record);
            }

            if (last)
            {
                return;
            }

            loop.RunOnce();
        }
    }
}
