using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Cgroups;

/// <summary>--systemd-cgroup: a container's cgroup is a scope of systemd's. Where systemd does not run it must be refused and leave nothing.</summary>
public sealed class SystemdTests
{
    private static readonly bool s_runs = Directory.Exists("/run/systemd/system");

    [Clause("runc(8)"), EachRuntime]
    public void A_scope_is_made_below_the_slice_with_the_limits_as_its_properties(string runtime)
    {
        using TestContainer container = Make(runtime);
        if (!Starts(container))
        {
            return;
        }

        Assert.Equal("active", Show(container, "ActiveState"));
        Assert.Equal("brigconformance.slice", Show(container, "Slice"));
        Assert.Equal("yes", Show(container, "Delegate"));
        Assert.Equal("67108864", Show(container, "MemoryMax"));
        Assert.Equal("44", Show(container, "TasksMax"));
        Assert.Equal("500ms", Show(container, "CPUQuotaPerSecUSec"));
        Assert.Equal("0", Show(container, "AllowedCPUs"));
        Assert.EndsWith($"/brigconformance.slice/test-{container.Id}.scope", File.ReadAllText($"/proc/{container.Pid}/cgroup").Trim(), StringComparison.Ordinal);
        Assert.Equal("67108864 44 0 50000 100000", container.Exec("cd /sys/fs/cgroup && echo $(cat memory.max pids.max cpuset.cpus.effective cpu.max)"));
    }

    [Clause("runc-update(8)"), EachRuntime]
    public void An_update_changes_the_properties_and_a_reload_keeps_them(string runtime)
    {
        using TestContainer container = Make(runtime);
        if (!Starts(container))
        {
            return;
        }

        container.Do("update", "--pids-limit", "55", "--memory", "50331648", container.Id);
        Assert.Equal("55", Show(container, "TasksMax"));
        Assert.Equal("50331648", Show(container, "MemoryMax"));
        Host.Shell("systemctl daemon-reload");
        Assert.Equal("50331648 55", container.Exec("cd /sys/fs/cgroup && echo $(cat memory.max pids.max)"));
    }

    [Clause("runc-delete(8)"), EachRuntime]
    public void The_unit_goes_with_the_container(string runtime)
    {
        using TestContainer container = Make(runtime);
        if (!Starts(container))
        {
            return;
        }

        container.Do("delete", "--force", container.Id);
        Host.Until(() => Show(container, "LoadState") == "not-found", "the unit is gone");
        Assert.False(Directory.Exists($"/sys/fs/cgroup/brigconformance.slice/test-{container.Id}.scope"));
    }

    [Clause("runc-kill(8)"), EachRuntime]
    public void A_killed_container_ends_and_is_deleted(string runtime)
    {
        using TestContainer container = Make(runtime);
        if (!Starts(container))
        {
            return;
        }

        container.Do("pause", container.Id);
        Assert.Equal("paused", container.Status);
        container.Do("resume", container.Id);
        container.Do("kill", container.Id, "KILL");
        container.UntilStopped();
        container.Do("delete", container.Id);
        Host.Until(() => Show(container, "LoadState") == "not-found", "the unit is gone");
    }

    [Clause("runc(8)"), EachRuntime]
    public void A_creation_that_fails_leaves_no_unit(string runtime)
    {
        using TestContainer container = Make(runtime);
        container.Set("process.cwd", "\"/proc/version/x\"").RefusedToStart();
        container.Try("delete", "--force", container.Id);
        if (s_runs)
        {
            Host.Until(() => Show(container, "LoadState") == "not-found", "the unit is gone");
        }
    }

    [Clause("runc(8)")]
    [EachRuntime("/a/path"), EachRuntime("only:two")]
    public void A_path_of_another_form_is_refused(string runtime, string path)
    {
        using TestContainer container = Make(runtime);
        container.Set("linux.cgroupsPath", $"\"{path}\"").RefusedToStart();
    }

    private static TestContainer Make(string runtime)
    {
        TestContainer container = new(runtime) { GlobalFlags = ["--systemd-cgroup"] };
        container.Set("linux.cgroupsPath", $"\"brigconformance.slice:test:{container.Id}\"");
        container.Set("linux.resources.memory", """{"limit": 67108864}""").Set("linux.resources.pids", """{"limit": 44}""");
        container.Set("linux.resources.cpu", """{"quota": 50000, "period": 100000, "cpus": "0"}""");
        container.Add("mounts", """{"destination": "/sys/fs/cgroup", "type": "cgroup", "source": "cgroup", "options": ["ro"]}""");
        return container;
    }

    /// <summary>Starts it; where systemd does not run that must fail in one line and leave nothing, and false is returned.</summary>
    private static bool Starts(TestContainer container)
    {
        if (s_runs)
        {
            container.Start();
            return true;
        }

        Assert.Single(container.RefusedToStart().Trim().Split('\n'));
        container.Refused("state", container.Id);
        return false;
    }

    private static string Show(TestContainer container, string property) => Host.Shell($"systemctl show --value -p {property} test-{container.Id}.scope");
}
