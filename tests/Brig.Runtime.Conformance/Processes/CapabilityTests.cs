using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Processes;

/// <summary>process.capabilities and noNewPrivileges.</summary>
public sealed class CapabilityTests
{
    [Clause("config.md#linux-process")]
    [EachRuntime("bounding", "CapBnd"), EachRuntime("effective", "CapEff"), EachRuntime("permitted", "CapPrm"), EachRuntime("inheritable", "CapInh"), EachRuntime("ambient", "CapAmb")]
    public void Each_set_is_the_given_one(string runtime, string set, string line)
    {
        using TestContainer container = new(runtime);
        const string All = """["CAP_CHOWN", "CAP_NET_RAW", "CAP_NET_BIND_SERVICE"]""", Two = """["CAP_CHOWN", "CAP_NET_RAW"]""", One = """["CAP_CHOWN"]""";

        // A process that is not root keeps over execve what is ambient, and nothing else.
        container.Set("process.user", """{"uid": 1000, "gid": 1000}""");
        container.Set("process.capabilities", $$"""{"bounding": {{All}}, "effective": {{One}}, "permitted": {{Two}}, "inheritable": {{Two}}, "ambient": {{One}}}""");
        string expected = set switch { "bounding" => "2401", "inheritable" => "2001", _ => "1" };
        Assert.Equal(expected, container.Run($"grep {line} /proc/self/status").Split('\t')[1].TrimStart('0'));
    }

    [Clause("config.md#linux-process"), EachRuntime]
    public void Root_has_the_bounding_set_and_nothing_inheritable(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("process.capabilities", """{"bounding": ["CAP_CHOWN", "CAP_KILL"], "effective": ["CAP_CHOWN", "CAP_KILL"], "permitted": ["CAP_CHOWN", "CAP_KILL"]}""");
        Assert.Equal(
            "CapInh:\t0000000000000000\nCapPrm:\t0000000000000021\nCapEff:\t0000000000000021\nCapBnd:\t0000000000000021\nCapAmb:\t0000000000000000",
            container.Run("grep Cap /proc/self/status"));
    }

    [Clause("config.md#linux-process"), EachRuntime]
    public void Without_the_object_there_are_none(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("process.capabilities", "{}");
        Assert.Equal("0000000000000000", container.Run("grep CapEff /proc/self/status").Split('\t')[1]);
    }

    [Clause("config.md#linux-process"), EachRuntime]
    public void A_name_that_is_not_known_is_a_warning_only(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("process.capabilities", """{"bounding": ["CAP_CHOWN", "CAP_NO_SUCH"], "effective": ["CAP_CHOWN"], "permitted": ["CAP_CHOWN"]}""");
        Outcome outcome = container.Script("grep CapBnd /proc/self/status").TryRun();
        Assert.Equal((0, "CapBnd:\t0000000000000001"), (outcome.ExitCode, outcome.Line));
    }

    [Clause("config.md#linux-process"), EachRuntime]
    public void The_name_that_is_not_known_is_in_the_warning(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("process.capabilities", """{"bounding": ["CAP_CHOWN", "CAP_NO_SUCH"], "effective": ["CAP_CHOWN"], "permitted": ["CAP_CHOWN"]}""");
        string log = Path.Combine(container.Folder, "log");
        container.GlobalFlags = ["--log", log, "--log-format", "json"];
        Assert.Equal(0, container.Script("true").TryRun().ExitCode);
        Assert.Contains("CAP_NO_SUCH", File.ReadAllText(log), StringComparison.Ordinal);
    }

    [Clause("config.md#linux-process")]
    [EachRuntime(true), EachRuntime(false)]
    public void No_new_privileges_is_as_given(string runtime, bool given)
    {
        using TestContainer container = new(runtime);
        container.Set("process.noNewPrivileges", given ? "true" : "false");
        Assert.Equal(given ? "1" : "0", container.Run("grep NoNewPrivs /proc/self/status").Split('\t')[1]);
    }
}
