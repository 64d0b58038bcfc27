using System.Text.Json.Nodes;
using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Documents;

public sealed class EventTests
{
    [Clause("runc-events(8)"), EachRuntime]
    public void The_figures_have_runcs_form(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("linux.resources.pids", """{"limit": 40}""").Set("linux.resources.memory", """{"limit": 67108864}""").Start();
        JsonObject document = JsonNode.Parse(container.Do("events", "--stats", container.Id).Output)!.AsObject();
        Assert.Equal(("stats", container.Id), (document["type"]!.GetValue<string>(), document["id"]!.GetValue<string>()));
        JsonNode data = document["data"]!;
        Assert.True(data["cpu"]!["usage"]!["total"]!.GetValue<ulong>() > 0);
        Assert.Equal(67108864UL, data["memory"]!["usage"]!["limit"]!.GetValue<ulong>());
        Assert.True(data["memory"]!["usage"]!["usage"]!.GetValue<ulong>() > 0);
        Assert.Equal((1UL, 40UL), (data["pids"]!["current"]!.GetValue<ulong>(), data["pids"]!["limit"]!.GetValue<ulong>()));
    }

    [Clause("runc-events(8)"), EachRuntime]
    public void They_come_again_and_again_until_the_container_is_gone(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Start();
        using RunningCommand events = container.Begin("events", "events", "--interval", "50ms", container.Id);
        Host.Until(() => events.Output.Split('\n').Count(line => line.Contains("\"stats\"", StringComparison.Ordinal)) >= 3, "three events");
        container.Do("delete", "--force", container.Id);
        Assert.Equal(0, events.Wait().ExitCode);
    }

    [Clause("runc-events(8)"), EachRuntime]
    public void Death_for_want_of_memory_is_told(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("linux.resources.memory", """{"limit": 16777216, "swap": 16777216}""");
        container.Script("sh -c 'while [ ! -e /go ]; do sleep 0.02; done; head -c 100m /dev/zero | tail'; echo over; sleep 1000").Start();
        using RunningCommand events = container.Begin("events", "events", "--interval", "50ms", container.Id);
        Host.Until(() => events.Output.Contains("stats", StringComparison.Ordinal), "events are watched");
        container.Write("rootfs/go", "");
        Host.Until(() => events.Output.Contains("\"type\":\"oom\"", StringComparison.Ordinal), "an event of type oom");
    }
}
