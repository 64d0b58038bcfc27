using Brig.EndToEnd.Support;

namespace Brig.EndToEnd.Lifecycle;

public sealed class LifecycleTests(EngineRoot brig) : IClassFixture<EngineRoot>
{
    [Fact]
    public void A_container_keeps_what_it_wrote_over_its_runs()
    {
        string name = brig.NewName();
        brig.Do("create", "--name", name, "--network", "none", BaseImage.Name, "sh", "-c", "echo x >> /count; wc -l < /count; exit 4");
        Assert.Equal("created", brig.Inspect(name, "{{.State.Status}}"));
        Assert.Equal(("1\n", 4), Started());
        Assert.Equal(("2\n", 4), Started());
        Assert.Equal("1\n2", brig.Do("logs", name));
        Assert.Equal("4", brig.Do("wait", name));
        Assert.Contains("Exited (4)", brig.Do("ps", "-a", "--filter", "name=" + name), StringComparison.Ordinal);
        brig.Do("rm", name);
        Assert.Equal(1, brig.Try("inspect", name).ExitCode);

        (string, int) Started()
        {
            Outcome outcome = brig.Try("start", "-a", name);
            return (outcome.Output, outcome.ExitCode);
        }
    }

    [Fact]
    public void A_running_one_is_listed_signalled_waited_for_and_removed_by_force()
    {
        string name = brig.NewName();
        string id = brig.Do("run", "-d", "--name", name, "--network", "none", "--label", "kind=test", BaseImage.Name, "sleep", "100");
        Assert.Equal(64, id.Length);
        Assert.Equal($"{id[..12]} {name} sleep 100 running", brig.Do("ps", "--filter", "label=kind=test", "--format", "{{.ID}} {{.Names}} {{.Command}} {{.State}}").Replace("\"", "", StringComparison.Ordinal));
        Assert.Equal(id[..12], brig.Do("ps", "-q", "--filter", "name=" + name));
        Outcome refused = brig.Try("rm", name);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("container is running", refused.Error, StringComparison.Ordinal);
        using RunningCommand wait = brig.Start("wait", name);
        Thread.Sleep(200);
        brig.Do("kill", "-s", "KILL", name);
        Assert.Equal("137\n", wait.Wait().Output);
        Assert.Equal(1, brig.Try("kill", name).ExitCode);
        brig.Do("restart", id[..6]);
        Assert.Equal("true", brig.Inspect(name, "{{.State.Running}}"));
        brig.Do("rm", "-f", name);
        Assert.Equal("", brig.Do("ps", "-aq", "--filter", "name=" + name));
    }

    [Fact]
    public void Of_many_starts_at_once_one_starts_it_and_all_succeed()
    {
        string name = brig.NewName();
        brig.Do("create", "--name", name, "--network", "none", BaseImage.Name, "sh", "-c", "echo started; exec sleep 100");
        RunningCommand[] starts = [.. Enumerable.Range(0, 8).Select(_ => brig.Start("start", name))];
        Assert.All(starts, start =>
        {
            Outcome outcome = start.Wait(60);
            start.Dispose();
            Assert.Equal((0, name + "\n", ""), (outcome.ExitCode, outcome.Output, outcome.Error));
        });
        Assert.True(Host.Eventually(() => brig.Do("logs", name).Length > 0));
        Assert.Equal("started", brig.Do("logs", name));
        brig.Do("rm", "-f", name);
    }

    [Fact]
    public void A_removal_beside_a_start_leaves_nothing_of_either()
    {
        for (int round = 0; round < 8; round++)
        {
            string name = brig.NewName();
            brig.Do("create", "--name", name, BaseImage.Name, "sleep", "100");
            using RunningCommand start = brig.Start("start", name), remove = brig.Start("rm", "-f", name);
            Outcome started = start.Wait(60), removed = remove.Wait(60);
            Assert.True(removed.ExitCode == 0 && started.ExitCode is 0 or 1, $"{started}\n{removed}");
        }

        Assert.Equal("", brig.Do("ps", "-aq"));
        Assert.True(Host.Eventually(() => !new Leftovers(brig.Path).Processes().Any()));
    }

    [Fact]
    public void Logs_are_followed_to_the_end_and_cut_as_asked()
    {
        string name = brig.NewName();
        brig.Do("run", "-d", "--name", name, "--network", "none", BaseImage.Name, "sh", "-c", "echo one; echo err >&2; sleep 1; echo two; sleep 1; echo three");
        Outcome followed = brig.Try("logs", "-f", name);
        Assert.Equal(("one\ntwo\nthree\n", "err\n"), (followed.Output, followed.Error));
        Assert.Equal("two\nthree", brig.Do("logs", "-n", "2", name));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z three$", brig.Do("logs", "-t", "--tail", "1", name));
        Assert.Equal("", brig.Do("logs", "--since", "2099-01-01T00:00:00Z", name));
        brig.Do("rm", name);
    }

    [Fact]
    public void Further_processes_have_their_codes_users_and_places()
    {
        string name = brig.NewName();
        brig.Do("run", "-d", "--name", name, "--network", "none", "-e", "A=1", "-w", "/tmp", BaseImage.Name, "sleep", "100");
        Assert.Equal(9, brig.Try("exec", name, "sh", "-c", "exit 9").ExitCode);
        Assert.Equal("1 2 33 /srv", brig.Do("exec", "-e", "B=2", "-u", "www-data", "-w", "/srv", name, "sh", "-c", "echo $A $B $(id -u) $PWD"));
        Assert.Equal("/tmp", brig.Do("exec", name, "pwd"));
        Assert.Equal((127, 126), (brig.Try("exec", name, "nothing").ExitCode, brig.Try("exec", name, "/etc").ExitCode));
        using (RunningCommand cat = brig.Start("exec", "-i", name, "cat"))
        {
            cat.Input.Write("through"u8);
            cat.EndInput();
            Assert.Equal("through", cat.Wait().Output);
        }

        brig.Do("exec", "-d", name, "touch", "/made");
        Assert.True(Host.Eventually(() => brig.Try("exec", name, "test", "-e", "/made").ExitCode == 0));
        string pids = brig.Do("exec", name, "sh", "-c", "ls -d /proc/[0-9]*");
        Assert.Contains("/proc/1", pids, StringComparison.Ordinal);
        brig.Do("stop", "-t", "0", name);
        Outcome stopped = brig.Try("exec", name, "true");
        Assert.Equal(1, stopped.ExitCode);
        Assert.Contains("is not running", stopped.Error, StringComparison.Ordinal);
        brig.Do("rm", name);
    }

    [Fact]
    public void Volumes_and_binds_hold_what_they_should()
    {
        string folder = brig.Path + "/bound";
        Assert.Equal("made\n", brig.Run("echo made > /b/file; cat /b/file", "-v", folder + ":/b").Output);
        Assert.Equal("made\n", File.ReadAllText(folder + "/file"));
        Assert.NotEqual(0, brig.Run("touch /b/other", "-v", folder + ":/b:ro").ExitCode);
        brig.Run("echo kept > /v/file", "-v", "data:/v");
        Assert.Equal("kept\n", brig.Run("cat /v/file", "-v", "data:/v").Output);

        // A new volume starts with what the image has in its place, owner and mode of the folder included.
        Assert.Equal("0 root passwd\n", brig.Run("stat -c '%u %U' /etc | tr '\\n' ' '; ls /etc | grep '^passwd$'", "-v", "copied:/etc").Output);
        Outcome missing = brig.Run("true", "--mount", "type=bind,source=/nowhere/at/all,target=/x");
        Assert.Equal(125, missing.ExitCode);
        Assert.Contains("bind source path does not exist", missing.Error, StringComparison.Ordinal);
        Outcome kind = brig.Run("true", "-v", "/etc/passwd:/etc");
        Assert.Equal(127, kind.ExitCode);
        Assert.Contains("Are you trying to mount a directory onto a file", kind.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_stand_in_the_cgroup_and_hold()
    {
        string name = brig.NewName();
        string id = brig.Do("run", "-d", "--name", name, "--network", "none", "-m", "64m", "--cpus", "0.5", "--pids-limit", "20", BaseImage.Name, "sleep", "100");
        if (Directory.Exists("/sys/fs/cgroup/memory"))
        {
            Assert.Equal("67108864", File.ReadAllText($"/sys/fs/cgroup/memory/{brig.CgroupParent}/{id}/memory.limit_in_bytes").Trim());
            Assert.Equal("50000", File.ReadAllText($"/sys/fs/cgroup/cpu/{brig.CgroupParent}/{id}/cpu.cfs_quota_us").Trim());
            Assert.Equal("20", File.ReadAllText($"/sys/fs/cgroup/pids/{brig.CgroupParent}/{id}/pids.max").Trim());
        }
        else
        {
            Assert.Equal("67108864", File.ReadAllText($"/sys/fs/cgroup/{brig.CgroupParent}/{id}/memory.max").Trim());
            Assert.Equal("50000 100000", File.ReadAllText($"/sys/fs/cgroup/{brig.CgroupParent}/{id}/cpu.max").Trim());
            Assert.Equal("20", File.ReadAllText($"/sys/fs/cgroup/{brig.CgroupParent}/{id}/pids.max").Trim());
        }

        Assert.NotEqual(0, brig.Try("exec", name, "sh", "-c", "for i in $(seq 40); do sleep 5 & done; wait").ExitCode);
        brig.Do("rm", "-f", name);
        Assert.Equal(137, brig.Try("run", "--name", name, "--network", "none", "-m", "20m", BaseImage.Name, "perl", "-e", "my $x = 'x' x 200_000_000; sleep 5").ExitCode);
        Assert.Equal("true", brig.Inspect(name, "{{.State.OOMKilled}}"));
        brig.Do("rm", name);
    }
}
