using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Lifecycle;

public sealed class CreateTests
{
    [Clause("runtime.md#create"), EachRuntime]
    public void The_program_does_not_run_before_start(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Script("echo ran; sleep 1000").Create();
        Assert.Equal("created", container.Status);
        Assert.True(Directory.Exists($"/proc/{container.Pid}"));
        Assert.Equal("", container.Output);
        container.Do("start", container.Id);
        container.UntilOutput("ran");
        Assert.Equal("running", container.Status);
    }

    [Clause("runtime.md#lifecycle"), EachRuntime]
    public void Changes_of_the_configuration_after_create_have_no_effect(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Script("echo first; hostname").Create();
        container.Script("echo second").Set("hostname", "\"other\"").Save();
        container.Do("start", container.Id);
        Assert.Equal("first\nconformance", container.UntilStopped());
    }

    [Clause("runtime.md#create"), EachRuntime]
    public void An_identifier_in_use_is_refused_and_the_first_container_goes_on(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Start();
        container.Refused("create", "--bundle", container.Folder, container.Id);
        Assert.Equal("running", container.Status);
    }

    [Clause("runtime.md#create")]
    [EachRuntime("../escape"), EachRuntime("a/b"), EachRuntime("..")]
    public void An_identifier_that_is_a_path_is_refused(string runtime, string id)
    {
        using TestContainer container = new(runtime);
        container.Save();
        container.Refused("create", "--bundle", container.Folder, id);
        Assert.False(Directory.Exists(Path.Combine(container.Folder, "escape")));
    }

    [Clause("runtime.md#create")]
    [EachRuntime("a b"), EachRuntime("."), EachRuntime("a*")]
    public void An_identifier_has_only_letters_digits_and_a_few_marks(string runtime, string id)
    {
        using TestContainer container = new(runtime);
        container.Save();
        container.Refused("create", "--bundle", container.Folder, id);
    }

    [Clause("runc(8)"), EachRuntime]
    public void An_identifier_may_have_letters_digits_and_marks(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Script("true").Save();
        container.Do("run", "--bundle", container.Folder, container.Id + "_A.b+c-d");
    }

    [Clause("runtime.md#create"), EachRuntime]
    public void A_missing_identifier_is_refused(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Save();
        container.Refused("create", "--bundle", container.Folder);
    }

    [Clause("bundle.md#container-format"), EachRuntime]
    public void A_bundle_without_configuration_is_refused_by_name(string runtime)
    {
        using TestContainer container = new(runtime);
        Assert.Contains("config.json", container.Refused("create", "--bundle", container.Folder, container.Id), StringComparison.Ordinal);
    }

    [Clause("runtime.md#create"), EachRuntime]
    public void What_fails_leaves_nothing(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Add("mounts", """{"destination": "/x", "type": "no-such-file-system", "source": "x"}""");
        Assert.NotEqual(0, container.TryCreate().ExitCode);
        container.Refused("state", container.Id);
        Assert.Empty(CgroupDriver.Of(container.Id));
        Assert.DoesNotContain(container.Folder, File.ReadAllText("/proc/self/mountinfo"), StringComparison.Ordinal);
        Assert.DoesNotContain(container.Id, container.Do("list", "-q").Output, StringComparison.Ordinal);
    }

    [Clause("runc-create(8)"), EachRuntime]
    public void The_bundle_is_the_working_directory_by_default(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Save();
        container.Do("create", container.Id);
        Assert.Equal(container.Folder, container.StateDocument["bundle"]!.GetValue<string>());
    }

    [Clause("runc-create(8)"), EachRuntime]
    public void The_pid_file_holds_the_process_as_the_caller_sees_it(string runtime)
    {
        using TestContainer container = new(runtime);
        string file = Path.Combine(container.Folder, "pid");
        container.Create("--pid-file", file);
        Assert.Equal(container.Pid.ToString(), File.ReadAllText(file));
    }

    [Clause("runc-create(8)"), EachRuntime]
    public void Without_pivot_root_it_runs_as_well(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Script("ls /bin/busybox");
        container.Create("--no-pivot");
        container.Do("start", container.Id);
        Assert.Equal("/bin/busybox", container.UntilStopped());
    }

    [Clause("runc-create(8)"), EachRuntime]
    public void Without_a_new_keyring_it_runs_as_well(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Script("echo yes");
        container.Create("--no-new-keyring");
        container.Do("start", container.Id);
        Assert.Equal("yes", container.UntilStopped());
    }

    [Clause("runc-create(8)"), EachRuntime]
    public void Preserved_descriptors_reach_the_program_and_no_others(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Write("five", "kept\n");
        container.Prelude = "exec 3<config.json 4<config.json 5<five 7<config.json;";
        container.Script("ls /proc/self/fd | tr '\\n' ' '; cat <&5").Create("--preserve-fds", "3");
        container.Do("start", container.Id);
        Assert.Equal("0 1 2 3 4 5 6 kept", container.UntilStopped()); // 6 is ls reading the folder
    }

    [Clause("runtime-linux.md#file-descriptors"), EachRuntime]
    public void Only_the_standard_streams_are_open(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Prelude = "exec 3<config.json 9</etc/passwd;";
        Assert.Equal("0 1 2 3", container.Run("echo $(ls /proc/self/fd)"));
    }

    [Clause("runtime-linux.md#file-descriptors"), EachRuntime]
    public void Activated_sockets_are_passed_after_the_standard_streams(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Write("three", "activated\n");
        container.Prelude = "exec 3<three; export LISTEN_FDS=1 LISTEN_PID=$$;";
        Assert.Equal("activated\n1", container.Run("cat <&3; echo $LISTEN_FDS"));
    }
}
