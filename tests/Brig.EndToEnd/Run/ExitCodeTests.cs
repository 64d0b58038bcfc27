using Brig.EndToEnd.Support;

namespace Brig.EndToEnd.Run;

/// <summary>The exit codes of <c>run</c> and what is said with them.</summary>
public sealed class ExitCodeTests(EngineRoot brig) : IClassFixture<EngineRoot>
{
    [Theory]
    [InlineData("true", 0)]
    [InlineData("exit 7", 7)]
    [InlineData("exit 255", 255)]
    [InlineData("kill -9 $$", 137)]
    public void Is_the_programs_own(string script, int code)
    {
        // PID 1 cannot be killed from inside: what has no handler is ignored, SIGKILL too.
        Outcome outcome = brig.Run(script.StartsWith("kill", StringComparison.Ordinal) ? $"sh -c '{script}'; exit $?" : script);
        Assert.True(outcome.ExitCode == code, outcome.ToString());
    }

    [Theory]
    [InlineData("--no-such-flag debian true", "unknown flag: --no-such-flag")]
    [InlineData("--pull never no.such/image:1 true", "no.such/image:1")]
    [InlineData("--memory much debian true", "invalid")]
    [InlineData("-w relative IMAGE true", "the working directory 'relative' is invalid, it needs to be an absolute path")]
    [InlineData("-u nobody_at_all IMAGE true", "unable to find user nobody_at_all: no matching entries in passwd file")]
    [InlineData("--network no-such-net IMAGE true", "network no-such-net not found")]
    [InlineData("--cap-add CAP_NONSENSE IMAGE true", "CAP_NONSENSE")]
    public void Is_125_where_the_engine_refuses(string arguments, string words)
    {
        string[] all = ["run", "--rm", .. arguments.Replace("IMAGE", BaseImage.Name, StringComparison.Ordinal).Split(' ')];
        Outcome outcome = brig.Try(all);
        Assert.True(outcome.ExitCode == 125, outcome.ToString());
        Assert.Contains(words, outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
        Assert.Equal("", brig.Do("ps", "-aq"));
    }

    [Theory]
    [InlineData("/etc/passwd", 126, "permission denied")]
    [InlineData("/etc", 126, "permission denied")]
    [InlineData("no-such-program", 127, "exec: \"no-such-program\": executable file not found in $PATH")]
    [InlineData("/no/such/program", 127, "no such file or directory")]
    public void Tells_a_program_that_cannot_run_from_one_that_is_not_there(string program, int code, string words)
    {
        Outcome outcome = brig.Try("run", "--rm", "--network", "none", BaseImage.Name, program);
        Assert.True(outcome.ExitCode == code, outcome.ToString());
        Assert.Contains(words, outcome.Error, StringComparison.Ordinal);
        Assert.Equal("", brig.Do("ps", "-aq"));
    }

    [Fact]
    public void A_container_that_could_not_start_stays_created_without_rm()
    {
        string name = brig.NewName();
        Outcome outcome = brig.Try("run", "--name", name, "--network", "none", BaseImage.Name, "no-such-program");
        Assert.Equal(127, outcome.ExitCode);
        Assert.Equal("created 127", brig.Inspect(name, "{{.State.Status}} {{.State.ExitCode}}"));
        brig.Do("rm", name);
    }

    [Fact]
    public void A_signal_is_128_and_its_number()
    {
        string name = brig.NewName();
        using RunningCommand run = brig.Start("run", "--rm", "--name", name, "--network", "none", BaseImage.Name, "sh", "-c", "echo ready; sleep 60 & exec perl -e '$SIG{USR1}=\"DEFAULT\"; sleep 60'");
        Assert.True(Host.Eventually(() => run.Output.Contains("ready", StringComparison.Ordinal)));
        brig.Do("kill", name);
        Assert.Equal(137, run.Wait().ExitCode);
    }
}
