using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Lifecycle;

public sealed class StartTests
{
    [Clause("runtime.md#start"), EachRuntime]
    public void A_running_container_cannot_be_started(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Start();
        container.Refused("start", container.Id);
        Assert.Equal("running", container.Status);
    }

    [Clause("runtime.md#start"), EachRuntime]
    public void A_stopped_container_cannot_be_started(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Script("true").Start();
        container.UntilStopped();
        container.Refused("start", container.Id);
    }

    [Clause("runtime.md#start"), EachRuntime]
    public void Without_an_identifier_it_is_refused(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Refused("start");
    }

    [Clause("runtime.md#start"), EachRuntime]
    public void A_container_that_is_not_there_does_not_exist(string runtime)
    {
        using TestContainer container = new(runtime);
        Assert.Contains("does not exist", container.Refused("start", "nobody"), StringComparison.Ordinal);
    }

    [Clause("runtime.md#start"), EachRuntime]
    public void A_configuration_without_process_does_not_start(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Remove("process");
        container.RefusedToStart();
    }

    // containerd's and dockerd's callers turn these words into exit status 127, podman into "not found".
    [Clause("config.md#process"), EachRuntime]
    public void A_program_that_is_not_there_is_said_in_the_words_that_callers_match(string runtime)
    {
        using TestContainer container = new(runtime);
        Assert.Matches("(?i)executable file .*not found|no such file or directory", container.Arguments("no-such-program").RefusedToStart());
    }

    [Clause("config.md#process"), EachRuntime]
    public void A_path_that_is_not_there_is_said_in_the_words_that_callers_match(string runtime)
    {
        using TestContainer container = new(runtime);
        Assert.Matches("(?i)no such file or directory", container.Arguments("/bin/no-such-program").RefusedToStart());
    }

    // Exit status 126 at dockerd's.
    [Clause("config.md#process"), EachRuntime]
    public void A_program_that_may_not_be_executed_is_said_in_the_words_that_callers_match(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Write("rootfs/plain", "text");
        Assert.Matches("(?i)permission denied", container.Arguments("/plain").RefusedToStart());
    }

    [Clause("config.md#process"), EachRuntime]
    public void A_directory_is_no_program(string runtime)
    {
        using TestContainer container = new(runtime);
        Assert.Matches("(?i)permission denied|is a directory", container.Arguments("/etc").RefusedToStart());
    }
}
