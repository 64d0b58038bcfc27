using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Lifecycle;

public sealed class KillTests
{
    [Clause("runtime.md#kill")]
    [EachRuntime("USR1"), EachRuntime("SIGUSR1"), EachRuntime("10")]
    public void The_signal_is_sent_by_name_or_number(string runtime, string signal)
    {
        using TestContainer container = new(runtime);
        container.Script("trap 'echo got; exit' USR1; echo ready; while :; do sleep 0.05; done").Start();
        container.UntilOutput("ready");
        container.Do("kill", container.Id, signal);
        Assert.Equal("ready\ngot", container.UntilStopped());
    }

    [Clause("runc-kill(8)"), EachRuntime]
    public void The_default_signal_is_term(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Script("trap 'echo got; exit' TERM; echo ready; while :; do sleep 0.05; done").Start();
        container.UntilOutput("ready");
        container.Do("kill", container.Id);
        Assert.Equal("ready\ngot", container.UntilStopped());
    }

    [Clause("runtime.md#kill"), EachRuntime]
    public void A_created_container_can_be_killed(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Create();
        container.Do("kill", container.Id, "KILL");
        container.UntilStopped();
        container.Do("delete", container.Id);
    }

    // containerd asks for these words to know that there is nothing to kill.
    [Clause("runtime.md#kill"), EachRuntime]
    public void A_stopped_container_is_not_running(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Script("true").Start();
        container.UntilStopped();
        Assert.Matches("container not running|process already finished|(?i)no such process", container.Refused("kill", container.Id, "KILL"));
    }

    [Clause("runtime.md#kill"), EachRuntime]
    public void A_container_that_is_not_there_does_not_exist(string runtime)
    {
        using TestContainer container = new(runtime);
        Assert.Contains("does not exist", container.Refused("kill", "nobody", "KILL"), StringComparison.Ordinal);
    }

    [Clause("runtime.md#kill"), EachRuntime]
    public void An_unknown_signal_is_refused(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Start();
        container.Refused("kill", container.Id, "NOSUCH");
        Assert.Equal("running", container.Status);
    }

    [Clause("runc-kill(8)"), EachRuntime]
    public void With_all_every_process_is_reached(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("linux.namespaces", """[{"type": "mount"}, {"type": "ipc"}, {"type": "cgroup"}]""").Remove("hostname");
        container.Script("trap '' TERM; sh -c 'trap \"echo child; exit\" USR1; echo ready; while :; do sleep 0.05; done' & trap 'echo first' USR1; while :; do sleep 0.05; done").Start();
        container.UntilOutput("ready");
        container.Do("kill", "--all", container.Id, "USR1");
        container.UntilOutput("child");
        container.UntilOutput("first");
        container.Do("kill", "--all", container.Id, "KILL");
        container.UntilStopped();
    }
}
