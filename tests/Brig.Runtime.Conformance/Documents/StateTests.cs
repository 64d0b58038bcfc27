using System.Text.Json.Nodes;
using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Documents;

public sealed class StateTests
{
    [Clause("runtime.md#state"), EachRuntime]
    public void It_has_all_required_properties(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Start();
        JsonObject state = container.StateDocument;
        Assert.Matches(@"^1\.\d+\.\d+", state["ociVersion"]!.GetValue<string>());
        Assert.Equal(container.Id, state["id"]!.GetValue<string>());
        Assert.Equal("running", state["status"]!.GetValue<string>());
        Assert.Equal(container.Folder, state["bundle"]!.GetValue<string>());
        Host.Until(() => File.ReadAllText($"/proc/{state["pid"]!.GetValue<int>()}/comm") == "sleep\n", "the process is the program's");
    }

    // containerd's go-runc and podman read these two as well.
    [Clause("runc-state(8)"), EachRuntime]
    public void It_has_what_callers_read_beyond_the_specification(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Create();
        JsonObject state = container.StateDocument;
        Assert.Equal(container.Rootfs, state["rootfs"]!.GetValue<string>());
        Assert.True(DateTimeOffset.Parse(state["created"]!.GetValue<string>()) > DateTimeOffset.UtcNow.AddHours(-1));
    }

    [Clause("config.md#annotations"), EachRuntime]
    public void Annotations_are_in_it(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("annotations", """{"com.example.key": "value with \"quotes\"", "org.example.empty": ""}""").Create();
        JsonObject annotations = container.StateDocument["annotations"]!.AsObject();
        Assert.Equal("value with \"quotes\"", annotations["com.example.key"]!.GetValue<string>());
        Assert.Equal("", annotations["org.example.empty"]!.GetValue<string>());
    }

    [Clause("runtime.md#query-state"), EachRuntime]
    public void A_container_that_is_not_there_does_not_exist(string runtime)
    {
        using TestContainer container = new(runtime);
        Assert.Contains("does not exist", container.Refused("state", "nobody"), StringComparison.Ordinal);
    }

    [Clause("runtime.md#query-state"), EachRuntime]
    public void Without_an_identifier_it_is_refused(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Refused("state");
    }

    [Clause("runtime.md#state"), EachRuntime]
    public void A_container_killed_from_outside_is_stopped(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Start();
        Host.Shell($"kill -9 {container.Pid}");
        container.UntilStopped();
        container.Do("delete", container.Id);
    }
}
