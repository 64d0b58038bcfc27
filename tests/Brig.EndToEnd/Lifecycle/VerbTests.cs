using Brig.EndToEnd.Support;

namespace Brig.EndToEnd.Lifecycle;

/// <summary>What else is done with a container that is there.</summary>
public sealed class VerbTests(EngineRoot brig) : IClassFixture<EngineRoot>
{
    [Fact]
    public void A_running_one_takes_another_name()
    {
        string name = brig.NewName("old"), other = brig.NewName("other");
        string id = brig.Do("run", "-d", "--name", name, "--network", "none", BaseImage.Name, "sleep", "1000");
        brig.Do("create", "--name", other, BaseImage.Name, "true");
        Outcome taken = brig.Try("rename", name, other);
        Assert.Equal(1, taken.ExitCode);
        Assert.StartsWith($"brig: Conflict. The container name \"/{other}\" is already in use by container ", taken.Error, StringComparison.Ordinal);
        Assert.Equal(1, brig.Try("rename", name, "not a name").ExitCode);
        Assert.Equal("", brig.Do("rename", name, name + "-new"));
        Assert.Equal(id, brig.Inspect(name + "-new", "{{.Id}}"));
        Assert.Equal(1, brig.Try("inspect", name).ExitCode);
        brig.Do("rm", "-f", id, other);
    }

    [Fact]
    public void Ports_are_listed_and_looked_up()
    {
        string name = brig.NewName();
        brig.Do("run", "-d", "--name", name, "-p", "127.0.0.1::80", "-p", "127.0.0.1::53/udp", BaseImage.Name, "sleep", "1000");
        Assert.Matches(@"^53/udp -> 127\.0\.0\.1:\d+\n80/tcp -> 127\.0\.0\.1:\d+$", brig.Do("port", name));
        Assert.Matches(@"^127\.0\.0\.1:\d+$", brig.Do("port", name, "80"));
        Assert.Matches(@"^127\.0\.0\.1:\d+$", brig.Do("port", name, "53/udp"));
        Outcome none = brig.Try("port", name, "81");
        Assert.Equal((1, $"brig: no public port '81/tcp' published for {name}\n"), (none.ExitCode, none.Error));
        brig.Do("rm", "-f", name);
    }

    [Fact]
    public void Its_processes_are_shown_as_ps_shows_them()
    {
        string name = brig.NewName();
        brig.Do("run", "-d", "--name", name, "--network", "none", BaseImage.Name, "sh", "-c", "sleep 1001 & exec sleep 1002");
        Assert.True(Host.Eventually(() => brig.Do("top", name).Split('\n').Length == 3));
        string[] lines = brig.Do("top", name).Split('\n');
        Assert.Matches("^UID +PID +PPID +C +STIME +TTY +TIME +CMD$", lines[0]);
        Assert.Contains(lines, line => line.EndsWith("sleep 1001", StringComparison.Ordinal));
        string pid = brig.Inspect(name, "{{.State.Pid}}");
        Assert.Contains(brig.Do("top", name, "-o", "pid,args").Split('\n'), line => line.StartsWith(pid, StringComparison.Ordinal) && line.EndsWith("sleep 1002", StringComparison.Ordinal));
        Assert.Equal(1, brig.Try("top", name, "--no-such-option").ExitCode);
        brig.Do("kill", name);
        Assert.Contains("is not running", brig.Try("top", name).Error, StringComparison.Ordinal);
        brig.Do("rm", name);
    }

    [Fact]
    public void Prune_takes_what_does_not_run()
    {
        string running = brig.NewName(), ended = brig.NewName(), other = brig.NewName();
        brig.Do("run", "-d", "--name", running, "--label", "prune", "--network", "none", BaseImage.Name, "sleep", "1000");
        brig.Do("run", "--name", ended, "--label", "prune", "--network", "none", BaseImage.Name, "sh", "-c", "head -c 3000 /dev/zero > /file");
        brig.Do("create", "--name", other, BaseImage.Name, "true");
        Assert.Equal("3kB", brig.Do("ps", "-a", "--filter", "name=" + ended, "--format", "{{.Size}}").Split(' ')[0]);
        string id = brig.Inspect(ended, "{{.Id}}");
        Assert.Equal("3000", brig.Do("inspect", "-s", "-f", "{{.SizeRw}}", ended));
        Assert.Equal($"Deleted Containers:\n{id}\n\nTotal reclaimed space: 3kB", brig.Do("container", "prune", "-f", "--filter", "label=prune"));
        Assert.Equal($"{other}\n{running}", brig.Do("ps", "-a", "--filter", $"name={running}", "--filter", $"name={other}", "--filter", $"name={ended}", "--format", "{{.Names}}"));
        brig.Do("rm", "-f", running, other);
    }

    [Fact]
    public void Stats_tell_what_it_uses()
    {
        string name = brig.NewName();
        brig.Do("run", "-d", "--name", name, "--network", "none", "-m", "64m", BaseImage.Name, "sh", "-c", "while :; do :; done");
        string[] values = brig.Do("stats", "--no-stream", "--format", "{{.Name}} {{.CPUPerc}} {{.MemUsage}} {{.PIDs}} {{.NetIO}}", name).Split(' ');
        Assert.Equal(name, values[0]);
        Assert.InRange(double.Parse(values[1].TrimEnd('%'), System.Globalization.CultureInfo.InvariantCulture), 0.1, 150);
        Assert.EndsWith("iB", values[2], StringComparison.Ordinal);
        Assert.Equal(["/", "64MiB", "1", "0B", "/", "0B"], values[3..]);
        Assert.StartsWith("CONTAINER ID   NAME", brig.Do("stats", "--no-stream"), StringComparison.Ordinal);
        brig.Do("kill", name);
        Assert.Equal("--", brig.Do("stats", "--no-stream", "--format", "{{.CPUPerc}}", name));
        brig.Do("rm", name);
    }

    [Fact]
    public void The_root_names_its_file_systems()
    {
        Assert.Equal("overlay\ntmpfs\n", brig.Run("awk '$2 == \"/\" || $2 == \"/dev\" { print $1 }' /proc/mounts").Output);
    }
}
