using System.Text.Json.Nodes;
using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Documents;

/// <summary>What the program says of itself, and how it reports errors.</summary>
public sealed class ProgramTests
{
    [Clause("features.md"), EachRuntime]
    public void Features_name_what_is_recognised(string runtime)
    {
        using TestContainer container = new(runtime);
        JsonObject features = JsonNode.Parse(container.Do("features").Output)!.AsObject();
        Assert.NotNull(features["ociVersionMin"]);
        Assert.NotNull(features["ociVersionMax"]);
        Assert.Superset(
            new HashSet<string> { "prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop" },
            Names(features["hooks"]!));
        Assert.Superset(
            new HashSet<string> { "bind", "rbind", "ro", "rro", "nosuid", "rprivate", "tmpcopyup" },
            Names(features["mountOptions"]!));
        Assert.Superset(
            new HashSet<string> { "cgroup", "ipc", "mount", "network", "pid", "user", "uts" },
            Names(features["linux"]!["namespaces"]!));
        Assert.Contains("CAP_SYS_ADMIN", Names(features["linux"]!["capabilities"]!));
        Assert.True(features["linux"]!["cgroup"]!["v2"]!.GetValue<bool>());
        Assert.True(features["linux"]!["seccomp"]!["enabled"]!.GetValue<bool>());
    }

    [Clause("features-linux.md"), EachRuntime]
    public void Features_name_what_specification_1_3_adds(string runtime)
    {
        using TestContainer container = new(runtime);
        JsonNode linux = JsonNode.Parse(container.Do("features").Output)!["linux"]!;
        Assert.Contains("time", Names(linux["namespaces"]!));
        Assert.True(linux["mountExtensions"]!["idmap"]!["enabled"]!.GetValue<bool>());
        Assert.True(linux["netDevices"]!["enabled"]!.GetValue<bool>());
        Assert.Contains("MPOL_BIND", Names(linux["memoryPolicy"]!["modes"]!));
        Assert.NotNull(linux["seccomp"]!["supportedFlags"]);
    }

    [Clause("features.md#specification-version"), EachRuntime]
    public void Both_ends_of_the_versions_are_accepted(string runtime)
    {
        using TestContainer container = new(runtime);
        JsonObject features = JsonNode.Parse(container.Do("features").Output)!.AsObject();
        foreach (string end in (string[])["ociVersionMin", "ociVersionMax"])
        {
            container.Config["ociVersion"] = features[end]!.GetValue<string>();
            container.Run("true");
        }
    }

    [Clause("runc-spec(8)"), EachRuntime]
    public void The_template_runs_once_it_has_a_program(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Do("spec", "--bundle", container.Folder);
        JsonObject template = JsonNode.Parse(container.Read("config.json"))!.AsObject();
        Assert.Equal("rootfs", template["root"]!["path"]!.GetValue<string>());
        template["process"]!["terminal"] = false;
        template["process"]!["args"] = new JsonArray("sh", "-c", "echo works");
        template["linux"]!["cgroupsPath"] = CgroupDriver.PathOf(container.Id);
        container.Write("config.json", template.ToJsonString());
        Assert.Equal("works", container.Do("run", container.Id).Line);
    }

    [Clause("runc-spec(8)"), EachRuntime]
    public void A_configuration_is_not_overwritten(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Save();
        container.Refused("spec", "--bundle", container.Folder);
    }

    [Clause("runc-spec(8)"), EachRuntime]
    public void The_rootless_template_has_a_user_namespace(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Do("spec", "--rootless", "--bundle", container.Folder);
        JsonNode linux = JsonNode.Parse(container.Read("config.json"))!["linux"]!;
        Assert.Contains("user", linux["namespaces"]!.AsArray().Select(entry => entry!["type"]!.GetValue<string>()));
        Assert.NotNull(linux["uidMappings"]);
        Assert.NotNull(linux["gidMappings"]);
    }

    // go-runc takes the version from the first line and the specification's from the one that begins with "spec:".
    [Clause("runc(8)"), EachRuntime]
    public void The_version_has_the_lines_that_callers_parse(string runtime)
    {
        using TestContainer container = new(runtime);
        string[] lines = container.Do("--version").Line.Split('\n');
        Assert.Matches(@"^\S+ version \S+", lines[0]);
        Assert.Contains(lines, line => line.StartsWith("spec: 1.", StringComparison.Ordinal));
    }

    // go-runc, conmon and podman read the log file line by line for the last message of level error.
    [Clause("runc(8)"), EachRuntime]
    public void Errors_go_to_the_log_as_json_lines(string runtime)
    {
        using TestContainer container = new(runtime);
        string log = Path.Combine(container.Folder, "log.json");
        container.GlobalFlags = ["--log", log, "--log-format", "json"];
        container.Refused("state", "nobody");
        JsonNode last = JsonNode.Parse(File.ReadAllLines(log).Last(line => line.Contains("error", StringComparison.Ordinal)))!;
        Assert.Equal("error", last["level"]!.GetValue<string>());
        Assert.Contains("does not exist", last["msg"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.True(DateTimeOffset.Parse(last["time"]!.GetValue<string>()) > DateTimeOffset.UtcNow.AddHours(-1));
    }

    [Clause("runc(8)"), EachRuntime]
    public void Errors_go_to_the_log_as_text(string runtime)
    {
        using TestContainer container = new(runtime);
        string log = Path.Combine(container.Folder, "log.txt");
        container.GlobalFlags = ["--log", log, "--log-format", "text"];
        container.Refused("state", "nobody");
        Assert.Contains("does not exist", File.ReadAllText(log), StringComparison.Ordinal);
    }

    [Clause("runc(8)"), EachRuntime]
    public void The_log_is_appended_to(string runtime)
    {
        using TestContainer container = new(runtime);
        string log = container.Write("log.json", "{\"level\":\"info\",\"msg\":\"before\"}\n");
        container.GlobalFlags = ["--log", log, "--log-format", "json"];
        container.Refused("state", "nobody");
        Assert.StartsWith("{\"level\":\"info\",\"msg\":\"before\"}\n", File.ReadAllText(log), StringComparison.Ordinal);
    }

    [Clause("runc(8)"), EachRuntime]
    public void With_debug_it_works_as_without(string runtime)
    {
        using TestContainer container = new(runtime);
        container.GlobalFlags = ["--debug", "--log", Path.Combine(container.Folder, "log")];
        Assert.Equal("hello", container.Run("echo hello"));
    }

    [Clause("runc(8)")]
    [EachRuntime("nonsense"), EachRuntime("run --no-such-flag x"), EachRuntime("--no-such-flag state x")]
    public void What_is_not_known_is_refused(string runtime, string words)
    {
        using TestContainer container = new(runtime);
        container.Save();
        container.Refused(words.Split(' '));
    }

    private static HashSet<string> Names(JsonNode list) => [.. list.AsArray().Select(name => name!.GetValue<string>())];
}
