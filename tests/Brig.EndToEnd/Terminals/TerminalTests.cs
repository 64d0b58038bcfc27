using Brig.EndToEnd.Support;

namespace Brig.EndToEnd.Terminals;

/// <summary>A person at a terminal.</summary>
public sealed class TerminalTests(EngineRoot brig) : IClassFixture<EngineRoot>
{
    [Fact]
    public void A_shell_has_the_terminal_its_size_and_job_control()
    {
        using PseudoTerminal terminal = new(30, 100);
        string before = terminal.Settings;
        terminal.Start(brig, $"run --rm -it --network none {BaseImage.Name} bash --norc");
        Assert.True(terminal.Shows("bash-"), terminal.Screen);
        terminal.Type("stty size; tty; test -c /dev/console && echo console\r");
        Assert.True(terminal.Shows("30 100"), terminal.Screen);
        Assert.True(terminal.Shows("/dev/pts/0"), terminal.Screen);
        Assert.True(terminal.Shows("\nconsole"), terminal.Screen);
        terminal.Resize(40, 120);
        Assert.True(Host.Eventually(() =>
        {
            terminal.Type("stty size\r");
            return terminal.Shows("40 120", 1);
        }), terminal.Screen);
        terminal.Type("sh -c 'echo beg''un; exec sleep 1000'\r");
        Assert.True(terminal.Shows("begun"), terminal.Screen);
        terminal.Type("\u0003");
        Assert.True(Host.Eventually(() =>
        {
            terminal.Type("echo after-$?\r");
            return terminal.Shows("after-130", 5);
        }), terminal.Screen);
        terminal.Type("exit 5\r");
        Assert.Equal(5, terminal.Wait().ExitCode);
        Assert.Equal(before, terminal.Settings);
    }

    [Fact]
    public void The_detach_keys_leave_it_running_and_attach_comes_back()
    {
        string name = brig.NewName();
        using (PseudoTerminal terminal = new())
        {
            string before = terminal.Settings;
            terminal.Start(brig, $"run -it --name {name} --network none {BaseImage.Name} sh");
            Assert.True(terminal.Shows("#"), terminal.Screen);
            terminal.Type("marker=kept\r");
            terminal.Type("\u0010\u0011");
            Assert.Equal(0, terminal.Wait().ExitCode);
            Assert.Equal(before, terminal.Settings);
        }

        Assert.Equal("running", brig.Inspect(name, "{{.State.Status}}"));
        using (PseudoTerminal terminal = new())
        {
            terminal.Start(brig, $"attach {name}");
            Assert.True(Host.Eventually(() =>
            {
                terminal.Type("echo is-$marker\r");
                return terminal.Shows("is-kept", 1);
            }), terminal.Screen);
            terminal.Type("exit\r");
            Assert.Equal(0, terminal.Wait().ExitCode);
        }

        brig.Do("rm", name);
    }

    [Fact]
    public void A_further_process_has_a_terminal_of_its_own()
    {
        string name = brig.NewName();
        brig.Do("run", "-d", "--name", name, "--network", "none", BaseImage.Name, "sleep", "100");
        using (PseudoTerminal terminal = new(33, 77))
        {
            terminal.Start(brig, $"exec -it {name} sh -c 'tty && stty size && echo done'");
            Assert.Equal(0, terminal.Wait().ExitCode);
            Assert.Contains("/dev/pts/", terminal.Screen, StringComparison.Ordinal);
            Assert.Contains("33 77", terminal.Screen, StringComparison.Ordinal);
        }

        brig.Do("rm", "-f", name);
    }

    [Fact]
    public void Without_a_terminal_it_says_so()
    {
        Outcome outcome = brig.Try("run", "--rm", "-it", "--network", "none", BaseImage.Name, "true");
        Assert.Equal((1, "the input device is not a TTY\n"), (outcome.ExitCode, outcome.Error));
    }
}
