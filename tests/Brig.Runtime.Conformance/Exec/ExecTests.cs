using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Exec;

public sealed class ExecTests
{
    [Clause("runc-exec(8)"), EachRuntime]
    public void It_runs_in_all_namespaces_and_the_cgroup_of_the_container(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Start();
        const string Spaces = "for n in pid net ipc uts mnt cgroup; do readlink /proc/self/ns/$n; done";
        Assert.Equal(Host.Shell(Spaces.Replace("self", container.Pid.ToString(), StringComparison.Ordinal)), container.Exec(Spaces));
        Assert.Equal(container.Exec("cat /proc/1/cgroup"), container.Exec("cat /proc/self/cgroup"));
    }

    [Clause("runc-exec(8)")]
    [EachRuntime("exit 0", 0), EachRuntime("exit 9", 9), EachRuntime("exit 255", 255), EachRuntime("kill -9 $$", 137), EachRuntime("kill -15 $$", 143)]
    public void The_exit_status_is_the_commands(string runtime, string script, int expected)
    {
        using TestContainer container = new(runtime);
        container.Start();
        Assert.Equal(expected, container.TryExec(script).ExitCode);
    }

    [Clause("runc-exec(8)"), EachRuntime]
    public void The_environment_is_the_containers_and_what_is_added(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("process.env", """["PATH=/bin", "ONE=1", "TWO=2"]""").Start();
        Assert.Equal("1 changed 3", container.Exec("echo $ONE $TWO $THREE", "--env", "TWO=changed", "--env", "THREE=3"));
    }

    [Clause("runc-exec(8)"), EachRuntime]
    public void The_working_directory_is_the_containers_or_the_given_one(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("process.cwd", "\"/usr\"").Start();
        Assert.Equal("/usr", container.Exec("pwd"));
        Assert.Equal("/etc", container.Exec("pwd", "--cwd", "/etc"));
    }

    [Clause("runc-exec(8)")]
    [EachRuntime("1000", "1000 0"), EachRuntime("1000:2000", "1000 2000")]
    public void The_user_is_the_given_one(string runtime, string user, string expected)
    {
        using TestContainer container = new(runtime);
        container.Start();
        Assert.Equal(expected, container.Exec("echo $(id -u) $(id -g)", "--user", user));
    }

    [Clause("runc-exec(8)"), EachRuntime]
    public void Additional_groups_are_the_given_ones(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Start();
        Assert.Equal("Groups: 30 40", string.Join(' ', container.Exec("grep Groups /proc/self/status", "--user", "1000:1000", "--additional-gids", "30", "--additional-gids", "40").Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)));
    }

    [Clause("runc-exec(8)"), EachRuntime]
    public void Capabilities_are_the_containers(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("process.capabilities", """{"bounding": ["CAP_CHOWN", "CAP_KILL"], "effective": ["CAP_CHOWN", "CAP_KILL"], "permitted": ["CAP_CHOWN", "CAP_KILL"]}""").Start();
        Assert.Equal(
            "CapInh:\t0000000000000000\nCapPrm:\t0000000000000021\nCapEff:\t0000000000000021\nCapBnd:\t0000000000000021\nCapAmb:\t0000000000000000",
            container.Exec("grep Cap /proc/self/status"));
    }

    [Clause("runc-exec(8)"), EachRuntime]
    public void A_capability_can_be_added(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("process.capabilities", """{"bounding": ["CAP_CHOWN"], "effective": ["CAP_CHOWN"], "permitted": ["CAP_CHOWN"]}""").Start();
        Assert.Equal("CapEff:\t0000000000000021", container.Exec("grep CapEff /proc/self/status", "--cap", "CAP_KILL"));
    }

    [Clause("runc-exec(8)"), EachRuntime]
    public void No_new_privileges_can_be_asked_for(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("process.noNewPrivileges", "false").Start();
        Assert.Equal("0", container.Exec("grep NoNewPrivs /proc/self/status | cut -f2"));
        Assert.Equal("1", container.Exec("grep NoNewPrivs /proc/self/status | cut -f2", "--no-new-privs"));
    }

    [Clause("runc-exec(8)"), EachRuntime]
    public void Streams_are_the_callers(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Start();
        container.Input = container.Write("input", "given\n");
        Outcome outcome = container.TryExec("cat; echo wrong >&2");
        Assert.Equal(("given\n", "wrong\n"), (outcome.Output, outcome.Error));
    }

    [Clause("runc-exec(8)"), EachRuntime]
    public void Detached_it_runs_on_and_its_pid_is_in_the_file(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Start();
        string file = Path.Combine(container.Folder, "pid");
        container.Do("exec", "--detach", "--pid-file", file, container.Id, "sleep", "777");
        int pid = int.Parse(File.ReadAllText(file));
        Host.Until(() => File.ReadAllText($"/proc/{pid}/cmdline") == "sleep\u0000777\0", "the command runs");
        Assert.Equal(Host.Shell($"readlink /proc/{container.Pid}/ns/mnt"), Host.Shell($"readlink /proc/{pid}/ns/mnt"));
    }

    // What containerd and podman give: a whole process object.
    [Clause("runc-exec(8)"), EachRuntime]
    public void A_process_document_is_obeyed(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Start();
        string file = container.Write("process.json", """
            {"terminal": false, "user": {"uid": 1000, "gid": 2000, "additionalGids": [30], "umask": 63}, "cwd": "/usr",
             "args": ["sh", "-c", "echo $(id -u):$(id -g) $(pwd) $(umask) $OWN $(ulimit -n) $(grep CapBnd /proc/self/status | cut -f2)"], "env": ["PATH=/bin", "OWN=mine"],
             "rlimits": [{"type": "RLIMIT_NOFILE", "soft": 99, "hard": 99}], "noNewPrivileges": true,
             "capabilities": {"bounding": ["CAP_CHOWN"], "effective": ["CAP_CHOWN"], "permitted": ["CAP_CHOWN"]}}
            """);
        Assert.Equal("1000:2000 /usr 0077 mine 99 0000000000000001", container.Do("exec", "--process", file, container.Id).Line);
    }

    [Clause("runc-exec(8)"), EachRuntime]
    public void Preserved_descriptors_reach_the_command_and_no_others(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Start();
        container.Write("three", "kept\n");
        container.Prelude = "exec 3<three 4<three 5<three;";
        Assert.Equal("kept 0 1 2 3 4", container.Exec("echo $(cat <&3) $(ls /proc/self/fd)", "--preserve-fds", "1"));
    }

    [Clause("runc-exec(8)"), EachRuntime]
    public void Only_the_standard_streams_are_open(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Start();
        container.Prelude = "exec 3<config.json 9</etc/passwd;";
        Assert.Equal("0 1 2 3", container.Exec("echo $(ls /proc/self/fd)"));
    }

    [Clause("runc-exec(8)"), EachRuntime]
    public void A_terminal_comes_over_the_console_socket(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Start();
        using DescriptorSocket socket = new(Path.Combine(container.Folder, "c.sock"));
        container.Do("exec", "--tty", "--detach", "--console-socket", socket.Path, container.Id, "sh", "-c", "tty; read line; echo got $line; sleep 0.1");
        using ReceivedMessage message = socket.Receive();
        using FileStream master = message.Open(0);
        TerminalReader reader = new(master);
        reader.Until("/dev/pts/");
        reader.Type("words\n");
        reader.Until("got words");
    }

    [Clause("runc-exec(8)"), EachRuntime]
    public void A_stopped_container_is_refused(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Script("true").Start();
        container.UntilStopped();
        container.Refused("exec", container.Id, "true");
    }

    [Clause("runc-exec(8)"), EachRuntime]
    public void A_container_that_is_not_there_does_not_exist(string runtime)
    {
        using TestContainer container = new(runtime);
        Assert.Contains("does not exist", container.Refused("exec", "nobody", "true"), StringComparison.Ordinal);
    }

    [Clause("runc-exec(8)")]
    [EachRuntime("no-such-program", "(?i)executable file .*not found|no such file or directory"), EachRuntime("/no/such/program", "(?i)no such file or directory"), EachRuntime("/etc", "(?i)permission denied|is a directory")]
    public void A_program_that_cannot_run_is_said_in_the_words_that_callers_match(string runtime, string program, string words)
    {
        using TestContainer container = new(runtime);
        container.Start();
        Assert.Matches(words, container.Refused("exec", container.Id, program));
        Assert.Equal("running", container.Status);
    }

    [Clause("runc-exec(8)"), EachRuntime]
    public void A_paused_container_is_refused_unless_that_is_ignored(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Start();
        container.Do("pause", container.Id);
        Assert.Contains("paused", container.Refused("exec", container.Id, "true"), StringComparison.Ordinal);
        using RunningCommand exec = container.Begin("exec", "exec", "--ignore-paused", container.Id, "sh", "-c", "echo thawed");
        Host.Until(() => container.Try("ps", "--format", "json", container.Id).Output.Split(',').Length >= 2 || exec.HasExited, "the command waits in the cgroup");
        container.Do("resume", container.Id);
        Assert.Equal("thawed\n", exec.Wait().Output);
    }

    [Clause("runc-exec(8)"), EachRuntime]
    public void A_descriptor_of_the_process_comes_over_the_socket(string runtime)
    {
        using TestContainer container = new(runtime);
        string first = Path.Combine(container.Folder, "p.sock"), second = Path.Combine(container.Folder, "q.sock");
        using DescriptorSocket ofInit = new(first), ofExec = new(second);
        container.Start("--pidfd-socket", first);
        using ReceivedMessage init = ofInit.Receive();
        Assert.Contains($"Pid:\t{container.Pid}\n", init.Information(0), StringComparison.Ordinal);
        string pidFile = Path.Combine(container.Folder, "pid");
        container.Do("exec", "--detach", "--pid-file", pidFile, "--pidfd-socket", second, container.Id, "sleep", "1000");
        using ReceivedMessage exec = ofExec.Receive();
        Assert.Contains($"Pid:\t{File.ReadAllText(pidFile)}\n", exec.Information(0), StringComparison.Ordinal);
    }

    [Clause("runc-exec(8)"), EachRuntime]
    public void A_command_can_go_into_a_cgroup_below(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Start();
        foreach (string cgroup in CgroupDriver.Of(container.Id))
        {
            Host.Shell($"mkdir {cgroup}/below; for f in cpuset.cpus cpuset.mems; do [ ! -e {cgroup}/below/$f ] || cat {cgroup}/$f >{cgroup}/below/$f; done");
        }

        string inside = container.Exec("cat /proc/self/cgroup", "--cgroup", "below");
        Assert.Contains(":/below", inside, StringComparison.Ordinal);
    }

    [Clause("runc-exec(8)"), EachRuntime]
    public void A_cgroup_outside_of_the_containers_is_refused(string runtime)
    {
        using TestContainer container = new(runtime), neighbour = new(runtime);
        container.Start();
        neighbour.Start();
        container.Refused("exec", "--cgroup", "../..", container.Id, "true");
        string longer = Path.GetFileName(CgroupDriver.Of(neighbour.Id)[0]);
        container.Refused("exec", "--cgroup", "../" + longer, container.Id, "true");
    }

    [Clause("config.md#linux-process"), EachRuntime]
    public void The_final_affinity_is_the_given_one(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("process.execCPUAffinity", """{"initial": "0", "final": "1"}""").Start();
        Assert.Equal("1", container.Exec("grep Cpus_allowed_list /proc/self/status | cut -f2"));
    }

    [Clause("config.md#linux-process"), EachRuntime]
    public void The_affinity_is_not_the_first_processs(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("process.execCPUAffinity", """{"final": "1"}""");
        Assert.Equal(Host.Shell("grep Cpus_allowed_list /proc/self/status | cut -f2"), container.Run("grep Cpus_allowed_list /proc/self/status | cut -f2"));
    }

    [Clause("runc-exec(8)"), EachRuntime]
    public void Many_at_once_all_end(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Start();
        RunningCommand[] all = [.. Enumerable.Range(0, 10).Select(number => container.Begin($"exec-{number}", "exec", container.Id, "sh", "-c", $"echo {number}"))];
        Assert.All(all, (exec, number) => Assert.Equal(($"{number}\n", 0), (exec.Wait() is var outcome ? outcome.Output : "", outcome.ExitCode)));
        Array.ForEach(all, exec => exec.Dispose());
    }
}
