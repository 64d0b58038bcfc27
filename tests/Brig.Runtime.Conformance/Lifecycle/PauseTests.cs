using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Lifecycle;

public sealed class PauseTests
{
    [Clause("runc-pause(8)"), EachRuntime]
    public void A_paused_container_stands_still_until_it_is_resumed(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Script("while :; do echo x; sleep 0.02; done").Start();
        container.UntilOutput("x");
        container.Do("pause", container.Id);
        Assert.Equal("paused", container.Status);
        int length = container.Output.Length;
        Thread.Sleep(150);
        Assert.Equal(length, container.Output.Length);
        container.Do("resume", container.Id);
        Assert.Equal("running", container.Status);
        Host.Until(() => container.Output.Length > length, "it writes again");
    }

    [Clause("runc-pause(8)"), EachRuntime]
    public void Only_what_runs_can_be_paused(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Script("true").Start();
        container.UntilStopped();
        container.Refused("pause", container.Id);
    }

    [Clause("runc-resume(8)"), EachRuntime]
    public void Only_what_is_paused_can_be_resumed(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Start();
        container.Refused("resume", container.Id);
    }

    [Clause("runc-delete(8)"), EachRuntime]
    public void A_paused_container_can_be_deleted_by_force(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Start();
        container.Do("pause", container.Id);
        container.Do("delete", "--force", container.Id);
        container.Refused("state", container.Id);
    }

    [Clause("runc-kill(8)"), EachRuntime]
    public void A_paused_container_can_be_killed(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Start();
        container.Do("pause", container.Id);
        container.Do("kill", container.Id, "KILL");
        container.Try("resume", container.Id);
        container.UntilStopped();
    }
}
