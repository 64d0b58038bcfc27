using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Callers;

/// <summary>dockerd calls the runtime through containerd's shim, and matches its errors.</summary>
public sealed class DockerTests(Dockerd docker) : IClassFixture<Dockerd>
{
    [Clause("docker-run(1)"), EachRuntime]
    public void It_runs_a_program_and_gives_its_output_and_exit_status(string runtime)
    {
        Outcome outcome = docker.Try(Dockerd.Run(runtime, "--rm tiny /bin/sh -c 'echo out; echo err >&2; exit 7'"));
        Assert.Equal(("out\n", "err\n", 7), (outcome.Output, outcome.Error, outcome.ExitCode));
    }

    [Clause("docker-run(1)"), EachRuntime]
    public void It_gives_standard_input(string runtime) => Assert.Equal("given", docker.Do(Dockerd.Run(runtime, "--rm -i tiny cat <<'E'\ngiven\nE\n")));

    [Clause("docker-run(1)")]
    [EachRuntime("/no/such/program", 127), EachRuntime("no-such-program", 127), EachRuntime("/etc/passwd", 126)]
    public void It_tells_a_missing_program_from_one_that_may_not_run(string runtime, string program, int expected) =>
        Assert.Equal(expected, docker.Try(Dockerd.Run(runtime, $"--rm tiny {program}")).ExitCode);

    [Clause("docker-exec(1)"), EachRuntime]
    public void A_container_lives_through_logs_exec_pause_update_kill_and_rm(string runtime)
    {
        string name = docker.NewName();
        docker.Do(Dockerd.Run(runtime, $"-d --name {name} tiny /bin/sh -c 'echo from the log; exec sleep 1000'"));
        Host.Until(() => docker.Do($"logs {name}") == "from the log", "the log has its line");
        Outcome exec = docker.Try($"exec {name} /bin/sh -c 'echo inside; exit 9'");
        Assert.Equal(("inside\n", 9), (exec.Output, exec.ExitCode));
        Assert.Equal("1234 4321 77", docker.Do($"exec --user someone {name} /bin/sh -c 'echo $(id -u) $(id -g) $(id -G | cut -d\" \" -f2)'"));
        Assert.Contains(docker.Try($"exec {name} /no/such/program").ExitCode, (int[])[126, 127]);
        docker.Do($"pause {name}");
        Assert.Equal("paused", docker.Do($"inspect -f '{{{{.State.Status}}}}' {name}"));
        docker.Do($"unpause {name}");
        Assert.Contains("sleep 1000", docker.Do($"top {name}"), StringComparison.Ordinal);
        docker.Do($"update --pids-limit 44 {name}");
        Assert.Equal("44", docker.Do($"exec {name} /bin/sh -c 'cat /sys/fs/cgroup/pids/pids.max /sys/fs/cgroup/pids.max 2>/dev/null; true'"));
        Assert.Contains(name, docker.Do($"stats --no-stream {name}"), StringComparison.Ordinal);
        docker.Do($"kill {name}");
        Assert.Equal("137", docker.Do($"wait {name}"));
        docker.Do($"start {name}");
        docker.Do($"stop -t 0 {name}");
        docker.Do($"rm {name}");
    }

    [Clause("docker-run(1)"), EachRuntime]
    public void Limits_and_a_read_only_root_arrive(string runtime) =>
        Assert.Equal("33", docker.Do(Dockerd.Run(runtime, "--rm --read-only --pids-limit 33 --memory 64m --cap-drop all --security-opt no-new-privileges -v /proc/version:/v:ro tiny /bin/sh -c 'cat /sys/fs/cgroup/pids/pids.max /sys/fs/cgroup/pids.max 2>/dev/null; (echo x >/x) 2>/dev/null && echo WRITABLE; true'")));

    [Clause("docker-run(1)"), EachRuntime]
    public void A_terminal_works(string runtime)
    {
        Outcome outcome = Host.Try($"script -qec \"{docker.Command(Dockerd.Run(runtime, "--rm -it tiny /bin/sh -c 'tty >/dev/null && echo terminal; exit 5'"))}\" /dev/null </dev/null", 120);
        Assert.Contains("terminal", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(5, outcome.ExitCode);
    }
}
