using Brig.EndToEnd.Support;

namespace Brig.EndToEnd.Hostile;

/// <summary>Processes killed at the wrong moment, images and files that lie, a disk that is full.</summary>
public sealed class HostileTests(EngineRoot brig) : IClassFixture<EngineRoot>
{
    [Fact]
    public void The_client_may_die_and_the_container_goes_on()
    {
        string name = brig.NewName();
        using RunningCommand run = brig.Start("run", "--name", name, "--network", "none", BaseImage.Name, "sh", "-c", "echo up; sleep 100");
        Assert.True(Host.Eventually(() => run.Output == "up\n"));
        run.Kill();
        run.Wait();
        Assert.Equal("running", brig.Inspect(name, "{{.State.Status}}"));
        Assert.Equal("0", brig.Try("exec", name, "sh", "-c", "echo 0").Line);
        brig.Do("rm", "-f", name);
    }

    [Fact]
    public void A_monitor_that_is_killed_takes_its_container_along_and_the_next_command_settles_it()
    {
        string name = brig.NewName();
        string id = brig.Do("run", "-d", "--name", name, "-p", "127.0.0.1::80", BaseImage.Name, "sleep", "100");
        int pid = int.Parse(brig.Inspect(name, "{{.State.Pid}}"));
        Host.Shell($"kill -9 $(pgrep -f '[b]rig monitor .*{id}')");
        Assert.True(Host.Eventually(() => !Directory.Exists($"/proc/{pid}")));
        Assert.Equal("exited 137", brig.Inspect(name, "{{.State.Status}} {{.State.ExitCode}}"));
        Assert.Empty(Directory.GetDirectories("/sys/fs/cgroup", id, new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 2 }));
        brig.Do("start", name);
        Assert.Equal("running", brig.Inspect(name, "{{.State.Status}}"));
        brig.Do("rm", "-f", name);
    }

    [Fact]
    public void Runs_killed_at_random_moments_leave_nothing_that_the_check_does_not_take_back()
    {
        Random random = new(4711);
        for (int i = 0; i < 25; i++)
        {
            using RunningCommand run = brig.Start("run", "--rm", BaseImage.Name, "sleep", "0.05");
            Thread.Sleep(random.Next(1, 60));
            string what = i % 2 == 0 ? $"kill -9 {run.Id}" : $"pkill -9 -f '[b]rig monitor {brig.Path} '";
            Host.Shell(what + " || true");
            run.Wait();
        }

        // A client killed before its container was started leaves it created, as Docker's does; a directory without a row
        // counts as abandoned after two seconds.
        Assert.True(Host.Eventually(() =>
        {
            string[] left = brig.Do("ps", "-aq").Split('\n', StringSplitOptions.RemoveEmptyEntries);
            return (left.Length == 0 || brig.Try(["rm", "-f", .. left]).ExitCode == 0)
                && brig.Try("system", "check", "--repair").ExitCode == 0
                && brig.Try("system", "check").ExitCode == 0
                && Directory.GetDirectories(brig.Path + "/containers").Length == 0;
        }), brig.Try("system", "check").ToString());
    }

    [Fact]
    public void Fifty_at_once_all_run()
    {
        Outcome[] outcomes = new Outcome[50];
        Parallel.For(0, outcomes.Length, new ParallelOptions { MaxDegreeOfParallelism = 50 }, i => outcomes[i] = brig.Try("run", "--rm", i % 2 == 0 ? "--network=none" : "--network=bridge", BaseImage.Name, "echo", i.ToString()));
        Assert.All(outcomes, (outcome, i) => Assert.True(outcome.Line == i.ToString() && outcome.ExitCode == 0, outcome.ToString()));
        Assert.Equal("", brig.Do("ps", "-aq"));
    }

    [Theory]
    [InlineData("ln -sf /proc/1/environ $R/etc/passwd")]
    [InlineData("rm $R/etc/passwd; mkfifo $R/etc/passwd")]
    [InlineData("rm -r $R/dev $R/proc $R/sys; ln -s /etc $R/dev; ln -s ../../../etc $R/proc; ln -s / $R/sys")]
    [InlineData("rm -f $R/etc/resolv.conf $R/etc/hosts; ln -s ../../../../etc/brig-test-outside $R/etc/resolv.conf; ln -s /dev/../etc/brig-test-outside $R/etc/hosts")]
    [InlineData("rm -f $R/etc/hostname; mkdir $R/etc/hostname")]
    public void An_image_that_lies_about_its_files_touches_nothing_of_the_host(string damage)
    {
        const string Look = "stat -c '%n %i %f %s %y' /etc/passwd /etc/hosts /etc/hostname /etc/resolv.conf /etc/mtab; md5sum /etc/passwd /etc/hosts";
        string before = Host.Shell(Look);
        string folder = Host.Temporary();

        // Names alone are damaged: the files can be the layer's own.
        Host.Shell($"cp -al {Directory.GetDirectories(brig.Path + "/layers").First(layer => Directory.Exists(layer + "/fs/etc"))}/fs {folder} && R={folder} && {damage} && tar -C {folder} -c . | {EngineRoot.Binary} {brig.Global} import - liar && rm -rf {folder}", 300);
        Outcome outcome = brig.Try("run", "--rm", "--network", "none", "liar", "/bin/true");
        Assert.True(outcome.ExitCode is 0 or 125 or 126 or 127, outcome.ToString());
        Assert.Equal(before, Host.Shell(Look));
        Assert.False(File.Exists("/etc/brig-test-outside"));
        Assert.Equal("", brig.Do("ps", "-aq"));
        brig.Do("rmi", "-f", "liar");
    }

    [Fact]
    public void Two_roots_do_not_see_each_other()
    {
        using EngineRoot other = new();
        string name = brig.NewName();
        brig.Do("run", "-d", "--name", name, BaseImage.Name, "sleep", "100");
        Assert.Equal("", other.Do("ps", "-aq"));
        Assert.Equal(1, other.Try("stop", name).ExitCode);
        other.Do("run", "--name", name, BaseImage.Name, "true");
        other.Do("system", "check");
        Assert.Equal("running", brig.Inspect(name, "{{.State.Status}}"));
        brig.Do("rm", "-f", name);
    }

    [Fact]
    public void A_full_disk_is_one_clear_line()
    {
        string folder = Host.Temporary();
        Host.Shell($"mkdir {folder} && mount -t tmpfs -o size=60m tmpfs {folder}");
        try
        {
            using RunningCommand import = new(EngineRoot.Binary, ["--root", folder + "/root", "--run-root", folder + "/run", "import", "/tmp/brig-test-cache/debian.tar", "big"]);
            Outcome outcome = import.Wait(300);
            Assert.Equal(1, outcome.ExitCode);
            Assert.Contains("no space left on device", outcome.Error, StringComparison.Ordinal);
            Assert.Single(outcome.Error.TrimEnd('\n').Split('\n'));
            using RunningCommand images = new(EngineRoot.Binary, ["--root", folder + "/root", "--run-root", folder + "/run", "system", "check"]);
            Assert.Equal(0, images.Wait().ExitCode);
            Assert.True(long.Parse(Host.Shell($"du -s {folder} | cut -f1")) < 2000, "half of the image stayed");
        }
        finally
        {
            Host.Shell($"umount {folder} && rmdir {folder}");
        }
    }

    [Fact]
    public void A_container_that_fills_the_disk_ends_as_its_program_does_and_rm_gives_the_room_back()
    {
        string folder = Host.Temporary(), name = brig.NewName();
        Host.Shell($"mkdir {folder} && mount -t tmpfs -o size=700m tmpfs {folder}");
        try
        {
            Assert.Equal(0, Small("import", "/tmp/brig-test-cache/debian.tar", "small").ExitCode);
            const string Script = "head -c 800M /dev/zero > /file; echo $?; exit 5";
            Outcome removed = Small("run", "--rm", "small", "sh", "-c", Script);
            Assert.True((removed.ExitCode, removed.Output) == (5, "1\n"), removed.ToString());
            Assert.Equal("", Small("ps", "-aq").Output);
            Assert.Equal(0, Small("system", "check").ExitCode);

            Outcome kept = Small("run", "--name", name, "small", "sh", "-c", Script);
            Assert.True((kept.ExitCode, kept.Output) == (5, "1\n"), kept.ToString());
            Assert.Equal(0, Small("ps", "-a").ExitCode);
            Outcome another = Small("run", "small", "true");
            Assert.Equal(125, another.ExitCode);
            Assert.Matches("disk is full|no space left on device", another.Error);
            Host.Shell($"rm {folder}/root/containers/*/upper/file");
            Assert.True(Host.Eventually(() => Small("inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", name).Output == "exited 5\n"), Small("inspect", name).ToString());
            Assert.Equal(0, Small(["rm", "-f", .. Small("ps", "-aq").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)]).ExitCode);
            Assert.True(Host.Eventually(() => Small("system", "check").ExitCode == 0), Small("system", "check").ToString());
            Assert.True(Host.Eventually(() => !new Leftovers(folder + "/root").Find().Any()));
        }
        finally
        {
            Host.Shell($"umount -l {folder} && rmdir {folder}");
        }

        Outcome Small(params string[] arguments)
        {
            using RunningCommand command = new(EngineRoot.Binary, ["--root", folder + "/root", "--run-root", folder + "/run", .. arguments]);
            command.EndInput();
            return command.Wait(300);
        }
    }
}
