using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Checkpoints;

/// <summary>The commands checkpoint and restore, by CRIU.</summary>
public sealed class CheckpointTests
{
    private const string Counting = "i=0; while :; do i=$((i+1)); echo $i; sleep 0.05; done";

    [Clause("runc-restore(8)"), EachRuntime]
    public void A_program_goes_on_where_it_was(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Script(Counting).Start();
        container.UntilOutput("3");
        if (!Criu.Checkpoint(container))
        {
            return;
        }

        container.Refused("state", container.Id);
        int count = container.Output.Split('\n').Length;
        Criu.Restore(container);
        Host.Until(() => container.Output.Split('\n').Length > count + 2, "it writes again");
        Assert.Equal(Enumerable.Range(1, count + 2), container.Output.Split('\n').Take(count + 2).Select(int.Parse));
        Assert.Equal("1", container.Exec("ps | grep -c 'i=[0]'"));
        container.Do("kill", container.Id, "KILL");
        container.UntilStopped();
        container.Do("delete", container.Id);
    }

    [Clause("runc-checkpoint(8)"), EachRuntime]
    public void Left_running_it_goes_on(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Script(Counting).Start();
        container.UntilOutput("2");
        if (!Criu.Checkpoint(container, "--leave-running"))
        {
            return;
        }

        Assert.Equal("running", container.Status);
        Assert.True(File.Exists(Path.Combine(Criu.Images(container), "inventory.img")));
        int length = container.Output.Length;
        Host.Until(() => container.Output.Length > length, "it writes on");
    }

    [Clause("runc-checkpoint(8)"), EachRuntime]
    public void Memory_can_be_dumped_first(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Script(Counting).Start();
        container.UntilOutput("2");
        string before = Path.Combine(container.Folder, "before");
        if (!Criu.Works)
        {
            container.Refused("checkpoint", "--pre-dump", "--image-path", before, container.Id);
            return;
        }

        container.Do("checkpoint", "--pre-dump", "--image-path", before, container.Id);
        Assert.Equal("running", container.Status);
        Criu.Checkpoint(container, "--parent-path", "../before");
        Criu.Restore(container);
    }

    [Clause("runc-restore(8)"), EachRuntime]
    public void Mounts_limits_and_protection_are_there_again(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Write("given", "from outside\n");
        container.Add("mounts", $$"""{"destination": "/etc/given", "type": "bind", "source": "{{container.Folder}}/given", "options": ["bind", "ro"]}""");
        container.Add("mounts", """{"destination": "/tmp", "type": "tmpfs", "source": "tmpfs"}""");
        container.Set("linux.resources.pids", """{"limit": 77}""");
        container.Script("echo kept >/tmp/file; echo ready; while :; do sleep 0.1; done").Start();
        container.UntilOutput("ready");
        string before = container.Exec("cut -d' ' -f5,6 /proc/self/mountinfo | sort");
        if (!Criu.Checkpoint(container))
        {
            return;
        }

        Criu.Restore(container);
        Assert.Equal("from outside", container.Exec("cat /etc/given"));
        Assert.Equal("kept", container.Exec("cat /tmp/file"));
        Assert.Equal("protected", container.Exec("(echo x >/proc/sys/kernel/domainname) 2>/dev/null || test -s /proc/kcore || (echo x >/etc/given) 2>/dev/null || echo protected"));
        Assert.Equal(before, container.Exec("cut -d' ' -f5,6 /proc/self/mountinfo | sort"));
        Assert.Equal("77", CgroupDriver.Read(container.Id, "pids/pids.max", "pids.max"));
        Assert.Contains(container.Pid.ToString(), CgroupDriver.Read(container.Id, "pids/cgroup.procs", "cgroup.procs").Split('\n'));
    }

    [Clause("runc-restore(8)"), EachRuntime]
    public void In_the_foreground_its_exit_status_is_the_commands_and_it_is_deleted(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Script("echo ready; while [ ! -e /tmp/go ]; do sleep 0.05; done; exit 7").Start();
        container.UntilOutput("ready");
        if (!Criu.Checkpoint(container))
        {
            return;
        }

        string pidFile = Path.Combine(container.Folder, "pid");
        using RunningCommand command = Criu.Begin(container, "--pid-file", pidFile);
        Host.Until(() => File.Exists(pidFile) || command.HasExited, "it is restored");
        Assert.True(File.Exists(pidFile), container.Error);
        Assert.Equal(int.Parse(File.ReadAllText(pidFile)), container.Pid);
        File.WriteAllText(Path.Combine(container.Rootfs, "tmp/go"), "");
        Assert.Equal(7, command.Wait().ExitCode);
        container.Refused("state", container.Id);
    }

    [Clause("runc-restore(8)"), EachRuntime]
    public void A_terminals_master_comes_over_the_console_socket(string runtime)
    {
        using TestContainer container = new(runtime);
        string path = Path.Combine(container.Folder, "c.sock");
        using DescriptorSocket first = new(path);
        container.Set("process.terminal", "true").Script("echo ready; while read line; do echo got $line; done").Create("--console-socket", path);
        using ReceivedMessage message = first.Receive();
        using FileStream master = message.Open(0);
        container.Do("start", container.Id);
        new TerminalReader(master).Until("ready");
        if (!Criu.Checkpoint(container))
        {
            return;
        }

        string other = Path.Combine(container.Folder, "d.sock");
        using DescriptorSocket second = new(other);
        Criu.Restore(container, "--console-socket", other);
        using ReceivedMessage again = second.Receive();
        using FileStream restored = again.Open(0);
        TerminalReader reader = new(restored);
        reader.Type("words\n");
        reader.Until("got words");
    }

    [Clause("runc-checkpoint(8)"), EachRuntime]
    public void The_network_can_be_left_to_others(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Script(Counting).Start();
        container.UntilOutput("2");
        if (!Criu.Checkpoint(container, "--empty-ns", "network"))
        {
            return;
        }

        Criu.Restore(container, "--empty-ns", "network");
        Assert.NotEqual(File.ResolveLinkTarget("/proc/self/ns/net", false)!.Name, File.ResolveLinkTarget($"/proc/{container.Pid}/ns/net", false)!.Name);
    }

    [Clause("runc-restore(8)"), EachRuntime]
    public void A_restoration_that_fails_leaves_nothing(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Script(Counting).Start();
        container.UntilOutput("2");
        if (!Criu.Checkpoint(container))
        {
            return;
        }

        File.Delete(Directory.GetFiles(Criu.Images(container), "core-*.img").Order(StringComparer.Ordinal).First());
        container.Refused("restore", "--detach", "--image-path", Criu.Images(container), "--bundle", container.Folder, container.Id);
        container.Refused("state", container.Id);
        Assert.Empty(CgroupDriver.Of(container.Id));
    }

    [Clause("runc-checkpoint(8)"), EachRuntime]
    public void Only_what_runs_can_be_checkpointed(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Create();
        container.Refused("checkpoint", "--image-path", Criu.Images(container), container.Id);
        Assert.Equal("created", container.Status);
    }

    [Clause("runc-checkpoint(8)")]
    [EachRuntime("--manage-cgroups-mode=sideways"), EachRuntime("--empty-ns=uts"), EachRuntime("--page-server=nowhere"), EachRuntime("--parent-path=no/such/folder"), EachRuntime("--status-fd=77")]
    public void A_flag_that_makes_no_sense_is_refused(string runtime, string flag)
    {
        using TestContainer container = new(runtime);
        container.Start();
        container.Refused("checkpoint", "--image-path", Criu.Images(container), flag, container.Id);
        Assert.Equal("running", container.Status);
    }

    [Clause("runc-restore(8)"), EachRuntime]
    public void Without_images_nothing_is_made(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Save();
        container.Refused("restore", "--detach", "--image-path", Criu.Images(container), "--bundle", container.Folder, container.Id);
        container.Refused("state", container.Id);
        Assert.Empty(CgroupDriver.Of(container.Id));
    }

    [Clause("runc-checkpoint(8)"), EachRuntime(Only = "brig")]
    public void Where_criu_is_missing_that_is_said(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Start();
        container.Prelude = "PATH=/nowhere; export PATH;";
        Assert.Contains("the package criu", container.Refused("checkpoint", "--image-path", Criu.Images(container), container.Id), StringComparison.Ordinal);
        container.Prelude = "";
        Assert.Equal("running", container.Status);
    }
}
