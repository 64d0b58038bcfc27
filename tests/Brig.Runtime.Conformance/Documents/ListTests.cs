using System.Text.Json.Nodes;
using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Documents;

public sealed class ListTests
{
    [Clause("runc-list(8)"), EachRuntime]
    public void As_json_it_has_the_states(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Start();
        JsonObject entry = Assert.Single(JsonNode.Parse(container.Do("list", "--format", "json").Output)!.AsArray())!.AsObject();
        Assert.Equal((container.Id, "running", container.Pid, container.Folder),
            (entry["id"]!.GetValue<string>(), entry["status"]!.GetValue<string>(), entry["pid"]!.GetValue<int>(), entry["bundle"]!.GetValue<string>()));
    }

    [Clause("runc-list(8)"), EachRuntime]
    public void Quiet_it_has_the_identifiers(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Create();
        Assert.Equal(container.Id, container.Do("list", "--quiet").Line);
    }

    [Clause("runc-list(8)"), EachRuntime]
    public void As_a_table_it_has_a_line_of_headings(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Create();
        string[] lines = container.Do("list").Line.Split('\n');
        Assert.Matches(@"(ID|NAME)\s+PID\s+STATUS\s+BUNDLE", lines[0]);
        Assert.Matches($@"^{container.Id}\s+{container.Pid}\s+created\s+{container.Folder}\s", lines[1]);
    }

    [Clause("runc-list(8)"), EachRuntime]
    public void An_empty_root_gives_an_empty_list(string runtime)
    {
        using TestContainer container = new(runtime);
        Assert.Equal("", container.Do("list", "-q").Line);
        Assert.Contains(container.Do("list", "-f", "json").Line.Replace("\n", "", StringComparison.Ordinal), (string[])["null", "[]"]);
    }

    [Clause("runc-ps(8)"), EachRuntime]
    public void Processes_as_json_are_numbers(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Script("sleep 999 & echo ready; wait").Start();
        container.UntilOutput("ready");
        JsonArray pids = JsonNode.Parse(container.Do("ps", "--format", "json", container.Id).Output)!.AsArray();
        Assert.Contains(container.Pid, pids.Select(pid => pid!.GetValue<int>()));
        Assert.True(pids.Count >= 2);
    }

    [Clause("runc-ps(8)"), EachRuntime]
    public void Processes_as_a_table_are_those_of_the_container(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Start();
        string[] lines = container.Do("ps", container.Id).Line.Split('\n');
        Assert.Contains("PID", lines[0], StringComparison.Ordinal);
        Assert.Contains(container.Pid.ToString(), Assert.Single(lines.Skip(1)), StringComparison.Ordinal);
    }
}
