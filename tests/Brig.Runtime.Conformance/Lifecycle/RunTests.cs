using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Lifecycle;

public sealed class RunTests
{
    [Clause("runc-run(8)")]
    [EachRuntime("true", 0), EachRuntime("exit 1", 1), EachRuntime("exit 7", 7), EachRuntime("exit 255", 255)]
    public void The_exit_status_is_the_programs(string runtime, string script, int expected)
    {
        using TestContainer container = new(runtime);
        Assert.Equal(expected, container.Script(script).TryRun().ExitCode);
    }

    [Clause("runc-run(8)"), EachRuntime]
    public void Death_by_a_signal_is_128_and_its_number(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Remove("linux.namespaces").Set("linux.namespaces", """[{"type": "mount"}, {"type": "ipc"}]""").Remove("hostname");
        Assert.Equal(128 + 9, container.Script("kill -9 $$").TryRun().ExitCode);
    }

    [Clause("runc-run(8)"), EachRuntime]
    public void The_container_is_gone_afterwards(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Run("true");
        container.Refused("state", container.Id);
        Assert.Empty(CgroupDriver.Of(container.Id));
        container.Run("true");
    }

    [Clause("runc-run(8)"), EachRuntime]
    public void With_keep_it_stays(string runtime)
    {
        using TestContainer container = new(runtime);
        Assert.Equal(0, container.Script("true").TryRun("--keep").ExitCode);
        Assert.Equal("stopped", container.Status);
        container.Do("delete", container.Id);
    }

    [Clause("runc-run(8)"), EachRuntime]
    public void Detached_it_runs_on_after_the_command(string runtime)
    {
        using TestContainer container = new(runtime);
        string file = Path.Combine(container.Folder, "pid");
        container.Script("sleep 1000").Save();
        container.Do("run", "--detach", "--pid-file", file, "--bundle", container.Folder, container.Id);
        Assert.Equal("running", container.Status);
        Assert.Equal(container.Pid, int.Parse(File.ReadAllText(file)));
    }

    [Clause("runc-run(8)"), EachRuntime]
    public void Standard_input_and_both_outputs_are_the_callers(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Input = container.Write("input", "given\n");
        Outcome outcome = container.Script("cat; echo wrong >&2").TryRun();
        Assert.Equal(("given\n", "wrong\n", 0), (outcome.Output, outcome.Error, outcome.ExitCode));
    }

    [Clause("runc-run(8)")]
    [EachRuntime("TERM", 143), EachRuntime("INT", 130)]
    public void Signals_to_the_command_reach_the_program(string runtime, string signal, int expected)
    {
        using TestContainer container = new(runtime);
        container.Script($"trap 'exit {expected}' {signal}; echo ready; while :; do sleep 0.05; done").Save();
        using RunningCommand run = container.Begin("run", "run", "--bundle", container.Folder, container.Id);
        Host.Until(() => run.Output.Contains("ready", StringComparison.Ordinal), "the program is ready");
        Host.Shell($"kill -{signal} {run.Id}");
        Assert.Equal(expected, run.Wait().ExitCode);
    }

    [Clause("runc-run(8)"), EachRuntime]
    public void What_the_program_leaves_running_ends_with_it(string runtime)
    {
        using TestContainer container = new(runtime);
        string mark = (100000 + Random.Shared.Next(800000)).ToString();
        container.Run($"sleep {mark} & true");
        Host.Until(() => Host.Try($"grep -l '^sleep.{mark}' /proc/[0-9]*/cmdline 2>/dev/null").Output.Length == 0, "no process is left");
    }
}
