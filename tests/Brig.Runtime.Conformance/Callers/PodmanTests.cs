using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Callers;

/// <summary>podman calls the runtime through conmon, and matches its errors.</summary>
public sealed class PodmanTests(Podman podman) : IClassFixture<Podman>
{
    [Clause("podman-run(1)"), EachRuntime]
    public void It_runs_a_program_and_gives_its_output_and_exit_status(string runtime)
    {
        Outcome outcome = podman.Try(runtime, Podman.Run("--rm tiny /bin/sh -c 'echo out; echo err >&2; exit 7'"));
        Assert.Equal(("out\n", "err\n", 7), (outcome.Output, outcome.Error, outcome.ExitCode));
    }

    [Clause("podman-run(1)"), EachRuntime]
    public void It_gives_standard_input(string runtime) =>
        Assert.Equal("given", podman.Do(runtime, Podman.Run("--rm -i tiny cat <<'E'\ngiven\nE\n")));

    [Clause("podman-run(1)")]
    [EachRuntime("/no/such/program", 127), EachRuntime("no-such-program", 127), EachRuntime("/etc/passwd", 126)]
    public void It_tells_a_missing_program_from_one_that_may_not_run(string runtime, string program, int expected) =>
        Assert.Equal(expected, podman.Try(runtime, Podman.Run($"--rm tiny {program}")).ExitCode);

    [Clause("podman-exec(1)"), EachRuntime]
    public void A_container_lives_through_logs_exec_pause_kill_and_rm(string runtime)
    {
        string name = podman.NewName();
        podman.Do(runtime, Podman.Run($"-d --name {name} tiny /bin/sh -c 'echo from the log; exec sleep 1000'"));
        Host.Until(() => podman.Do(runtime, $"logs {name}") == "from the log", "the log has its line");
        Outcome exec = podman.Try(runtime, $"exec {name} /bin/sh -c 'echo inside; exit 9'");
        Assert.Equal(("inside\n", 9), (exec.Output, exec.ExitCode));
        Assert.Equal("1234 4321 77", podman.Do(runtime, $"exec --user someone {name} /bin/sh -c 'echo $(id -u) $(id -g) $(id -G | cut -d\" \" -f2)'"));
        Assert.Equal(127, podman.Try(runtime, $"exec {name} /no/such/program").ExitCode);
        podman.Do(runtime, $"pause {name}");
        Assert.Equal("paused", podman.Do(runtime, $"inspect -f '{{{{.State.Status}}}}' {name}"));
        podman.Do(runtime, $"unpause {name}");
        Assert.Contains("sleep 1000", podman.Do(runtime, $"top {name} args"), StringComparison.Ordinal);
        podman.Do(runtime, $"kill {name}");
        Assert.Equal("137", podman.Do(runtime, $"wait {name}"));
        podman.Do(runtime, $"start {name}");
        podman.Do(runtime, $"stop -t 0 {name}");
        podman.Do(runtime, $"rm {name}");
    }

    [Clause("podman-run(1)"), EachRuntime]
    public void Limits_and_a_read_only_root_arrive(string runtime) =>
        Assert.Equal("33", podman.Do(runtime, Podman.Run("--rm --read-only --pids-limit 33 --memory 64m --cap-drop all --security-opt no-new-privileges -v /proc/version:/v:ro tiny /bin/sh -c 'cat /sys/fs/cgroup/pids/pids.max /sys/fs/cgroup/pids.max 2>/dev/null; (echo x >/x) 2>/dev/null && echo WRITABLE; true'")));

    [Clause("podman-run(1)"), EachRuntime]
    public void A_terminal_works(string runtime)
    {
        Outcome outcome = Host.Try($"script -qec \"{podman.Command(runtime, Podman.Run("--rm -it tiny /bin/sh -c 'tty >/dev/null && echo terminal; exit 5'"))}\" /dev/null </dev/null", 120);
        Assert.Contains("terminal", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(5, outcome.ExitCode);
    }
}
