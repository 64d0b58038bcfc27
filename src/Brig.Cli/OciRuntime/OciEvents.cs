using System.Text.Json;
using Brig.Cli.Flags;
using Brig.Cli.Text;
using Brig.Linux;
using Brig.Runtime.Resources;
using Brig.Runtime.State;

namespace Brig.Cli.OciRuntime;

/// <summary>The command <c>events</c>: what a container uses, and whether it ran out of memory, a line of JSON each.</summary>
internal static class OciEvents
{
    internal static int Events(OciCall call)
    {
        FlagSet flags = new();
        StringFlag interval = flags.String("interval", "set the stats collection interval", "5s");
        BoolFlag once = flags.Bool("stats", "display the container's stats then exit");
        RuntimeContainer container = call.Container(flags);
        if (!GoDuration.TryParse(interval.Value, out long nanoseconds, out string error) || nanoseconds <= 0)
        {
            throw BrigException.Invalid(error is { Length: > 0 } ? error : "duration interval must be greater than 0");
        }

        if (container.Status == ContainerStatus.Stopped)
        {
            throw BrigException.Conflict("container not running");
        }

        bool outOfMemory = false;
        while (container.Status is not ContainerStatus.Stopped && container.Cgroup is { } cgroup)
        {
            Write(call, container.Record.Id, cgroup);
            if (once.Value)
            {
                break;
            }

            if (!outOfMemory && cgroup.WasOutOfMemory())
            {
                outOfMemory = true;
                call.Output.WriteLine($"{{\"type\":\"oom\",\"id\":\"{container.Record.Id}\"}}");
                call.Output.Flush();
            }

            Thread.Sleep(TimeSpan.FromTicks(nanoseconds / 100));
        }

        return 0;
    }

    private static void Write(OciCall call, string id, Cgroup cgroup)
    {
        using MemoryStream text = new();
        using (Utf8JsonWriter json = new(text))
        {
            json.WriteStartObject();
            json.WriteString("type", "stats");
            json.WriteString("id", id);
            json.WritePropertyName("data");
            CgroupStatistics.Of(cgroup).Write(json);
            json.WriteEndObject();
        }

        call.Output.WriteLine(System.Text.Encoding.UTF8.GetString(text.ToArray()));
        call.Output.Flush();
    }
}
