using Brig.EndToEnd.Support;

namespace Brig.EndToEnd.Run;

/// <summary>How a container takes the signals that end it.</summary>
public sealed class StopTests(EngineRoot brig) : IClassFixture<EngineRoot>
{
    [Fact]
    public void A_first_process_without_a_handler_is_killed_after_the_time()
    {
        string name = brig.NewName();
        brig.Do("run", "-d", "--name", name, "--stop-timeout", "1000", "--network", "none", BaseImage.Name, "sleep", "1000");

        // Had it waited as long as the container says, or for the program's own end, this would have timed out.
        Outcome stop = brig.Try("stop", "-t", "1", name);
        Assert.Equal(0, stop.ExitCode);
        Assert.True(stop.Took > TimeSpan.FromSeconds(0.9), stop.ToString());
        Assert.Equal("exited 137 false", brig.Inspect(name, "{{.State.Status}} {{.State.ExitCode}} {{.State.OOMKilled}}"));
    }

    [Fact]
    public void One_with_a_handler_ends_by_it()
    {
        string name = brig.NewName();
        brig.Do("run", "-d", "--name", name, "--network", "none", BaseImage.Name, "sh", "-c", "trap 'exit 33' TERM; touch /ready; while :; do sleep 0.05; done");
        Assert.True(Host.Eventually(() => brig.Try("exec", name, "test", "-e", "/ready").ExitCode == 0));
        brig.Do("stop", "-t", "1000", name);
        Assert.Equal("33", brig.Inspect(name, "{{.State.ExitCode}}"));
    }

    [Fact]
    public void The_stop_signal_can_be_chosen()
    {
        string name = brig.NewName();
        brig.Do("run", "-d", "--name", name, "--stop-signal", "SIGUSR1", "--network", "none", BaseImage.Name, "sh", "-c", "trap 'exit 44' USR1; touch /ready; while :; do sleep 0.05; done");
        Assert.True(Host.Eventually(() => brig.Try("exec", name, "test", "-e", "/ready").ExitCode == 0));
        brig.Do("stop", name);
        Assert.Equal("44", brig.Inspect(name, "{{.State.ExitCode}}"));
    }

    [Fact]
    public void The_client_passes_its_signals_on()
    {
        using RunningCommand run = brig.Start("run", "--rm", "--network", "none", BaseImage.Name, "sh", "-c", "trap 'echo got; exit 5' TERM; echo ready; while :; do sleep 0.05; done");
        Assert.True(Host.Eventually(() => run.Output.Contains("ready", StringComparison.Ordinal)));
        Host.Shell($"kill -TERM {run.Id}");
        Outcome outcome = run.Wait();
        Assert.Equal(5, outcome.ExitCode);
        Assert.Equal("ready\ngot\n", outcome.Output);
    }
}
