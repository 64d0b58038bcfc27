using System.Security.Cryptography;
using Brig.Cli.Commands.System;
using Brig.Containers;
using Brig.Containers.Checks;
using Brig.Images;
using Brig.Linux;

namespace Brig.Cli.Tests.Commands;

public sealed class CheckTests : IDisposable
{
    private readonly TemporaryRoot _root = new();
    private readonly Engine _engine;

    public CheckTests() => _engine = Engine.Open(_root.State, new LaterTime());

    public void Dispose()
    {
        _engine.Dispose();
        _root.Dispose();
    }

    [Fact]
    public void A_new_root_is_in_order() => Assert.Empty(Mine(CheckMode.Report));

    [Fact]
    public void What_a_killed_process_left_is_found_and_taken_back()
    {
        string dead = Row("running", """{"Monitor":{"Pid":999999,"StartTime":1}}"""), removing = Row("removing"), bare = Row("exited"), step = Row("created", specification: """{"Image":"","Network":"none","Step":{"Lowers":[],"Upper":"/x","Work":"/y"}}""");
        Directory.Delete(Path.Combine(_root.State.Containers, bare));
        string orphan = Path.Combine(_root.State.Containers, NewId());
        Directory.CreateDirectory(Path.Combine(orphan, "upper"));
        string socket = Path.Combine(_root.State.Running, NewId());
        File.WriteAllText(socket, "");
        string staged = Path.Combine(_root.State.Staging, "layer-x");
        Directory.CreateDirectory(staged);
        string[] expected =
        [
            $"container name-{dead[..12]} ({dead[..12]}) says it runs and has no monitor",
            $"container name-{step[..12]} ({step[..12]}) of a build step was never started",
            $"the removal of container name-{removing[..12]} ({removing[..12]}) was not finished",
            $"container name-{bare[..12]} ({bare[..12]}) has no directory",
            $"directory {orphan} belongs to no container",
            $"socket {socket} belongs to no running container",
        ];
        CheckFinding leftover = new($"{staged} has no owner (the next pull, load or prune removes it)", false) { IsLeftover = true };

        Assert.Equal(expected.Select(problem => new CheckFinding(problem, false)).Append(leftover), Mine(CheckMode.Report));
        Assert.True(Directory.Exists(orphan));
        Assert.Equal(expected.Select(problem => new CheckFinding(problem, true)).Append(leftover with { Repaired = true }), Mine(CheckMode.Repair));
        Assert.Empty(Mine(CheckMode.Report));
        Assert.False(Directory.Exists(orphan) || File.Exists(socket) || Directory.Exists(staged));
        Container left = Assert.Single(_engine.Containers());
        Assert.Equal((dead, ContainerStatus.Exited, 137), (left.Id.Value, left.Status, left.State.ExitCode));
    }

    [Fact]
    public void A_directory_that_is_being_made_stays()
    {
        string path = Path.Combine(_root.State.Containers, NewId());
        Directory.CreateDirectory(path);
        using (Microsoft.Win32.SafeHandles.SafeFileHandle held = Files.Open(path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY))
        {
            Assert.True(Files.TryLock(held));
            Assert.Empty(Mine(CheckMode.Repair));
        }

        Assert.Single(Mine(CheckMode.Report));
    }

    [Fact]
    public void A_cgroup_of_nobody_is_removed_with_whoever_is_in_it_and_another_roots_is_not_looked_at()
    {
        string id = NewId();
        Cgroup left = CgroupHost.Detect().Create($"{_root.State.KernelName}/{id}", new CgroupResources()), other = CgroupHost.Detect().Create($"brig-of-a-test/{id}", new CgroupResources());
        int pid = Processes.Spawn("/bin/sleep", ["sleep", "60"], [], []);
        try
        {
            Files.WriteValue(Procs(left), pid.ToString());
            CheckFinding finding = new($"cgroup {_root.State.KernelName}/{id[..12]} belongs to no running container", false);
            Assert.Equal([finding], new SystemCheck(_engine).Run(CheckMode.Report));
            Assert.Equal([finding with { Repaired = true }], new SystemCheck(_engine).Run(CheckMode.Repair));
            Assert.Empty(new SystemCheck(_engine).Run(CheckMode.Report));
            Assert.Equal(137, Processes.TryReap(pid));
            Assert.True(File.Exists(Procs(other)));
        }
        finally
        {
            End(pid);
            left.TryRemove();
            other.TryRemove();
        }
    }

    [Fact]
    public void A_container_whose_monitor_died_at_its_start_is_settled_by_who_finds_it()
    {
        string id = Row("created", """{"Monitor":{"Pid":999999,"StartTime":1}}""");
        Cgroup cgroup = CgroupHost.Detect().Create($"{_root.State.KernelName}/{id}", new CgroupResources());
        int pid = Processes.Spawn("/bin/sleep", ["sleep", "60"], [], []);
        try
        {
            Files.WriteValue(Procs(cgroup), pid.ToString());
            Container settled = _engine.Container(id);
            Assert.Equal((ContainerStatus.Created, null), (settled.Status, settled.State.Monitor));
            Assert.Equal(137, Processes.TryReap(pid));
            Assert.Empty(new SystemCheck(_engine).Run(CheckMode.Report));
        }
        finally
        {
            End(pid);
            cgroup.TryRemove();
        }
    }

    [Fact]
    public void A_build_step_whose_builder_died_is_settled_and_no_damage()
    {
        Row("created", """{"Monitor":{"Pid":999999,"StartTime":1}}""", specification: """{"Image":"","Network":"none","Step":{"Lowers":[],"Upper":"/x","Work":"/y"}}""");
        Assert.Empty(Mine(CheckMode.Report));
        Assert.Empty(_engine.Containers());
    }

    [Fact]
    public void What_runs_in_the_cgroup_of_a_lost_container_ends_with_the_repair()
    {
        string id = Row("created", specification: """{"Image":"","Network":"none","Step":{"Lowers":[],"Upper":"/x","Work":"/y"}}""");
        Cgroup cgroup = CgroupHost.Detect().Create($"{_root.State.KernelName}/{id}", new CgroupResources());
        int pid = Processes.Spawn("/bin/sleep", ["sleep", "60"], [], []);
        try
        {
            Files.WriteValue(Procs(cgroup), pid.ToString());
            Assert.Equal([new CheckFinding($"container name-{id[..12]} ({id[..12]}) of a build step was never started", true)], Mine(CheckMode.Repair));
            Assert.Equal(137, Processes.TryReap(pid));
            Assert.DoesNotContain(id, CgroupHost.Detect().Children(_root.State.KernelName));
        }
        finally
        {
            End(pid);
            cgroup.TryRemove();
        }
    }

    [Fact]
    public void The_exit_code_says_whether_something_is_left()
    {
        using StringWriter output = new();
        Assert.Equal(0, CheckCommand.Tell(output, []));
        Assert.Equal(0, CheckCommand.Tell(output, [new CheckFinding("a", true)]));
        Assert.Equal(1, CheckCommand.Tell(output, [new CheckFinding("a", true), new CheckFinding("b", false)]));
        Assert.Equal(0, CheckCommand.Tell(output, [new CheckFinding("c", false) { IsLeftover = true }]));
        Assert.Equal(1, CheckCommand.Tell(output, [new CheckFinding("b", false), new CheckFinding("c", false) { IsLeftover = true }]));
        Assert.Equal("everything is in order\na: repaired\na: repaired\nb\nc\neverything else is in order\nb\nc\n", output.ToString());
    }

    private List<CheckFinding> Mine(CheckMode mode) => [.. new SystemCheck(_engine).Run(mode)];

    private static string Procs(Cgroup cgroup) =>
        CgroupHost.Detect().Hierarchies.Select(hierarchy => Path.Combine(hierarchy.MountPoint, cgroup.Name, "cgroup.procs")).First(File.Exists);

    private static void End(int pid)
    {
        using Microsoft.Win32.SafeHandles.SafeFileHandle? process = Processes.TryOpen(pid);
        if (process is not null)
        {
            Processes.Signal(process, 9);
        }
    }

    private string Row(string status, string state = "{}", string specification = """{"Image":"x","Network":"none"}""")
    {
        string id = NewId();
        _engine.Database.Execute(
            "INSERT INTO containers (id, name, created, specification, status, state) VALUES ($id, $name, 1, $specification, $status, $state)",
            ("$id", id), ("$name", "name-" + id[..12]), ("$specification", System.Text.Encoding.UTF8.GetBytes(specification)), ("$status", status), ("$state", System.Text.Encoding.UTF8.GetBytes(state)));
        Directory.CreateDirectory(Path.Combine(_root.State.Containers, id));
        return id;
    }

    private static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    /// <summary>Two minutes from now: what was made for a test is old.</summary>
    private sealed class LaterTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddMinutes(2);
    }
}
