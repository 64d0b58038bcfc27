using Brig.EndToEnd.Support;

namespace Brig.EndToEnd.Builds;

/// <summary>Shells in the roots of steps, on a real terminal.</summary>
public sealed class BuildShellTests(SmallBase small) : IClassFixture<SmallBase>
{
    [Fact]
    public void A_failed_step_opens_a_shell_in_its_root()
    {
        string context = Context("FROM base\nWORKDIR /w\nENV MARK=here\nRUN --mount=type=tmpfs,target=/t echo made > /made; exit 3\n");
        using PseudoTerminal terminal = new();
        terminal.Start(small.Root, $"build --on-error=shell {context}");
        Assert.True(terminal.Shows("A shell in the root of the failed step", 30), terminal.Screen);
        terminal.Type("echo $(cat /made)-$PWD-$MARK-$(ls -d /t)\n");
        Assert.True(terminal.Shows("made-/w-here-/t", 30), terminal.Screen);
        terminal.Type("exit\n");
        Assert.Equal(1, terminal.Wait(60).ExitCode);
        Assert.Contains("exit code: 3", terminal.Screen, StringComparison.Ordinal);
    }

    [Fact]
    public void A_build_stops_before_a_line_and_goes_on()
    {
        string context = Context("FROM base\nRUN echo one > /1\nRUN echo two > /2\n");
        using PseudoTerminal terminal = new();
        terminal.Start(small.Root, $"build debug --line 3 -t stopped {context}");
        Assert.True(terminal.Shows("Before line 3", 30), terminal.Screen);
        terminal.Type("echo $(cat /1)-$(ls /2 2>/dev/null | wc -l)\n");
        Assert.True(terminal.Shows("one-0", 30), terminal.Screen);
        terminal.Type("exit 0\n");
        Assert.Equal(0, terminal.Wait(60).ExitCode);
        Assert.Equal("two", small.Root.Do("run", "--rm", "--network", "none", "stopped", "cat", "/2"));
    }

    private string Context(string dockerfile)
    {
        string folder = Directory.CreateDirectory(Path.Combine(small.Root.Path, "context-" + Guid.NewGuid().ToString("N")[..8])).FullName;
        File.WriteAllText(folder + "/Dockerfile", dockerfile);
        return folder;
    }
}
