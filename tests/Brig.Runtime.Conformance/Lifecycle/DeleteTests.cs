using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Lifecycle;

public sealed class DeleteTests
{
    [Clause("runtime.md#delete"), EachRuntime]
    public void A_stopped_container_goes_with_all_that_create_made(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Script("true").Start();
        container.UntilStopped();
        container.Do("delete", container.Id);
        Assert.Contains("does not exist", container.Refused("state", container.Id), StringComparison.Ordinal);
        Assert.Empty(CgroupDriver.Of(container.Id));
        Assert.True(File.Exists(Path.Combine(container.Rootfs, "bin/busybox")));
    }

    [Clause("runtime.md#delete"), EachRuntime]
    public void A_running_container_is_refused_and_goes_on(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Start();
        container.Refused("delete", container.Id);
        Assert.Equal("running", container.Status);
    }

    [Clause("runtime.md#delete"), EachRuntime]
    public void A_container_that_is_not_there_does_not_exist(string runtime)
    {
        using TestContainer container = new(runtime);
        Assert.Contains("does not exist", container.Refused("delete", "nobody"), StringComparison.Ordinal);
    }

    [Clause("runc-delete(8)"), EachRuntime]
    public void By_force_a_running_container_is_killed_first(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Script("trap '' TERM; sleep 1000").Start();
        int pid = container.Pid;
        container.Do("delete", "--force", container.Id);
        container.Refused("state", container.Id);
        Host.Until(() => !Directory.Exists($"/proc/{pid}"), "the process is gone");
    }

    [Clause("runc-delete(8)"), EachRuntime]
    public void By_force_a_created_container_goes(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Create();
        container.Do("delete", "-f", container.Id);
        container.Refused("state", container.Id);
    }

    [Clause("runc-delete(8)"), EachRuntime]
    public void By_force_a_container_that_is_not_there_is_no_error(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Do("delete", "--force", "nobody");
    }

    [Clause("runtime.md#delete"), EachRuntime]
    public void The_identifier_can_be_used_again(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Script("echo one").Start();
        container.UntilStopped();
        container.Do("delete", container.Id);
        container.Script("echo two").Start();
        Assert.Equal("two", container.UntilStopped());
    }

    [Clause("runtime.md#delete"), EachRuntime]
    public void A_process_left_in_the_cgroup_ends_with_the_container(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("linux.namespaces", """[{"type": "mount"}, {"type": "ipc"}]""").Remove("hostname");
        container.Script("setsid sleep 1000 >/dev/null 2>&1 & echo $!").Start();
        int left = int.Parse(container.UntilStopped());
        container.Do("delete", "--force", container.Id);
        Host.Until(() => !Directory.Exists($"/proc/{left}"), "the process is gone");
    }
}
