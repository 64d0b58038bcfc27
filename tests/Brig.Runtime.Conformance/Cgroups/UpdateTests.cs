using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Cgroups;

/// <summary>The update command.</summary>
public sealed class UpdateTests
{
    [Clause("runc-update(8)")]
    [EachRuntime("--memory 50331648", "memory/memory.limit_in_bytes", "50331648", "memory.max", "50331648")]
    [EachRuntime("--memory-reservation 25165824", "memory/memory.soft_limit_in_bytes", "25165824", "memory.low", "25165824")]
    [EachRuntime("--pids-limit 44", "pids/pids.max", "44", "pids.max", "44")]
    [EachRuntime("--cpu-share 256", "cpu/cpu.shares", "256", "cpu.weight", "35")]
    [EachRuntime("--cpu-quota 60000", "cpu/cpu.cfs_quota_us", "60000", "cpu.max", "60000 100000")]
    [EachRuntime("--cpu-quota 60000 --cpu-period 120000", "cpu/cpu.cfs_period_us", "120000", "cpu.max", "60000 120000")]
    [EachRuntime("--cpuset-cpus 1", "cpuset/cpuset.cpus", "1", "cpuset.cpus", "1")]
    [EachRuntime("--cpuset-mems 0", "cpuset/cpuset.mems", "0", "cpuset.mems", "0")]
    public void A_flag_changes_its_control_file(string runtime, string flags, string one, string expectedOne, string two, string expectedTwo)
    {
        using TestContainer container = new(runtime);
        container.Start();
        container.Do(["update", .. flags.Split(' '), container.Id]);
        Assert.Equal(Host.IsUnified ? expectedTwo : expectedOne, CgroupDriver.Read(container.Id, one, two));
    }

    // containerd and podman give the resources as a document.
    [Clause("runc-update(8)"), EachRuntime]
    public void A_document_is_read_from_a_file_or_standard_input(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Start();
        string file = container.Write("resources.json", """{"memory": {"limit": 41943040}, "pids": {"limit": 55}}""");
        container.Do("update", "--resources", file, container.Id);
        Assert.Equal(("41943040", "55"), (CgroupDriver.Read(container.Id, "memory/memory.limit_in_bytes", "memory.max"), CgroupDriver.Read(container.Id, "pids/pids.max", "pids.max")));
        container.Input = container.Write("resources.json", """{"pids": {"limit": 66}}""");
        container.Do("update", "--resources", "-", container.Id);
        Assert.Equal(("41943040", "66"), (CgroupDriver.Read(container.Id, "memory/memory.limit_in_bytes", "memory.max"), CgroupDriver.Read(container.Id, "pids/pids.max", "pids.max")));
    }

    [Clause("config-linux.md#memory"), EachRuntime]
    public void A_limit_below_what_is_in_use_is_refused_where_that_is_to_be_checked(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Script("x=$(head -c 20000000 /dev/zero | tr '\\0' x); echo ready; sleep 1000; echo $x").Start();
        container.UntilOutput("ready");
        string file = container.Write("resources.json", """{"memory": {"limit": 4194304, "swap": 4194304, "checkBeforeUpdate": true}}""");
        container.Refused("update", "--resources", file, container.Id);
        Assert.Equal("running", container.Status);
    }

    [Clause("runc-update(8)"), EachRuntime]
    public void Devices_stay_as_they_were(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Add("linux.devices", """{"path": "/dev/own", "type": "c", "major": 10, "minor": 237, "fileMode": 438}""").Start();
        container.Do("update", "--pids-limit", "50", container.Id);
        Assert.Equal("refused", container.Exec("(: </dev/own) 2>/dev/null || echo refused; echo x >/dev/null"));
    }

    [Clause("runc-update(8)"), EachRuntime]
    public void A_value_that_the_kernel_does_not_take_is_refused(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Start();
        container.Refused("update", "--cpuset-cpus", "900", container.Id);
        Assert.Equal("running", container.Status);
    }

    [Clause("runc-update(8)"), EachRuntime]
    public void A_container_that_is_not_there_does_not_exist(string runtime)
    {
        using TestContainer container = new(runtime);
        Assert.Contains("does not exist", container.Refused("update", "--pids-limit", "5", "nobody"), StringComparison.Ordinal);
    }
}
