using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Cgroups;

/// <summary>linux.resources, read back from the control files of version 1 and of version 2.</summary>
public sealed class ResourceTests
{
    [Clause("config-linux.md#control-groups")]
    [EachRuntime("memory.limit", "67108864", "memory/memory.limit_in_bytes", "67108864", "memory.max", "67108864")]
    [EachRuntime("memory.reservation", "33554432", "memory/memory.soft_limit_in_bytes", "33554432", "memory.low", "33554432")]
    [EachRuntime("pids.limit", "33", "pids/pids.max", "33", "pids.max", "33")]
    [EachRuntime("pids.limit ", "-1", "pids/pids.max", "max", "pids.max", "max")]
    [EachRuntime("cpu.shares", "512", "cpu/cpu.shares", "512", "cpu.weight", "59")]
    [EachRuntime("cpu.quota", "50000", "cpu/cpu.cfs_quota_us", "50000", "cpu.max", "50000 100000")]
    [EachRuntime("cpu.cpus", "\"0\"", "cpuset/cpuset.cpus", "0", "cpuset.cpus", "0")]
    [EachRuntime("cpu.mems", "\"0\"", "cpuset/cpuset.mems", "0", "cpuset.mems", "0")]
    public void A_limit_is_in_its_control_file(string runtime, string field, string value, string one, string expectedOne, string two, string expectedTwo)
    {
        using TestContainer container = new(runtime);
        container.Set("linux.resources." + field.Trim(), value).Create();
        Assert.Equal(Host.IsUnified ? expectedTwo : expectedOne, CgroupDriver.Read(container.Id, one, two));
    }

    [Clause("config-linux.md#cpu")]
    [EachRuntime("""{"quota": 20000, "period": 50000}""", "cpu/cpu.cfs_period_us", "50000", "cpu.max", "20000 50000")]
    [EachRuntime("""{"quota": 40000, "period": 50000, "burst": 10000}""", "cpu/cpu.cfs_burst_us", "10000", "cpu.max.burst", "10000")]
    [EachRuntime("""{"idle": 1}""", "cpu/cpu.idle", "1", "cpu.idle", "1")]
    public void Shares_of_the_processor_are_in_their_control_files(string runtime, string cpu, string one, string expectedOne, string two, string expectedTwo)
    {
        using TestContainer container = new(runtime);
        container.Set("linux.resources.cpu", cpu).Create();
        Assert.Equal(Host.IsUnified ? expectedTwo : expectedOne, CgroupDriver.Read(container.Id, one, two));
    }

    [Clause("config-linux.md#memory")]
    [EachRuntime("""{"limit": 33554432, "swap": 67108864}""", "memory/memory.memsw.limit_in_bytes", "67108864", "memory.swap.max", "33554432")]
    [EachRuntime("""{"limit": 33554432, "swap": 33554432}""", "memory/memory.memsw.limit_in_bytes", "33554432", "memory.swap.max", "0")]
    public void Memory_and_swap_are_one_sum(string runtime, string memory, string one, string expectedOne, string two, string expectedTwo)
    {
        using TestContainer container = new(runtime);
        container.Set("linux.resources.memory", memory).Create();
        string file = CgroupDriver.File(container.Id, one, two);

        // A kernel booted without swap accounting has no such file, and nothing to limit.
        Assert.True(!File.Exists(file) || File.ReadAllText(file).Trim() == (Host.IsUnified ? expectedTwo : expectedOne), file);
    }

    [Clause("config-linux.md#memory"), EachRuntime]
    public void Who_takes_more_memory_than_allowed_is_killed(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("linux.resources.memory", """{"limit": 16777216, "swap": 16777216}""");
        Assert.Equal("137", container.Run("sh -c 'head -c 60m /dev/zero | tail >/dev/null' 2>/dev/null; (exec tail -c 60m /dev/zero) >/dev/null 2>&1; echo $?"));
    }

    [Clause("config-linux.md#pids"), EachRuntime]
    public void No_more_processes_than_allowed_can_be_made(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("linux.resources.pids", """{"limit": 4}""");
        Assert.Contains("fork", container.Script("sleep 3 & sleep 3 & sleep 3 & sleep 3 & sleep 3 & wait").TryRun().Error, StringComparison.Ordinal);
    }

    [Clause("config-linux.md#block-io"), EachRuntime]
    public void Throttles_of_block_devices_are_in_their_control_files(string runtime)
    {
        using TestContainer container = new(runtime);
        string[] numbers = File.ReadAllText(Directory.EnumerateDirectories("/sys/block").Order(StringComparer.Ordinal).First() + "/dev").Trim().Split(':');
        string device = $"\"major\": {numbers[0]}, \"minor\": {numbers[1]}";
        container.Set("linux.resources.blockIO", $$"""
            {"throttleReadBpsDevice": [{ {{device}}, "rate": 1048576 }], "throttleWriteBpsDevice": [{ {{device}}, "rate": 2097152 }],
             "throttleReadIOPSDevice": [{ {{device}}, "rate": 100 }], "throttleWriteIOPSDevice": [{ {{device}}, "rate": 200 }]}
            """).Create();
        if (Host.IsUnified)
        {
            Assert.Contains("rbps=1048576 wbps=2097152 riops=100 wiops=200", CgroupDriver.Read(container.Id, "", "io.max"), StringComparison.Ordinal);
            return;
        }

        Assert.Equal($"{numbers[0]}:{numbers[1]} 1048576", CgroupDriver.Read(container.Id, "blkio/blkio.throttle.read_bps_device", ""));
        Assert.Equal($"{numbers[0]}:{numbers[1]} 2097152", CgroupDriver.Read(container.Id, "blkio/blkio.throttle.write_bps_device", ""));
        Assert.Equal($"{numbers[0]}:{numbers[1]} 100", CgroupDriver.Read(container.Id, "blkio/blkio.throttle.read_iops_device", ""));
        Assert.Equal($"{numbers[0]}:{numbers[1]} 200", CgroupDriver.Read(container.Id, "blkio/blkio.throttle.write_iops_device", ""));
    }

    [Clause("config-linux.md#block-io"), EachRuntime]
    public void The_weight_of_block_devices_is_in_its_control_file(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("linux.resources.blockIO", """{"weight": 300}""").Create();
        string bfq = CgroupDriver.File(container.Id, "blkio/blkio.bfq.weight", "io.bfq.weight");
        string plain = CgroupDriver.File(container.Id, "blkio/blkio.weight", "io.weight");
        string read = File.ReadAllText(File.Exists(bfq) ? bfq : plain).Replace("default ", "", StringComparison.Ordinal).Trim().Split('\n')[0];
        Assert.Contains(read, (string[])["300", "2930"]); // io.weight has a range ten times as wide
    }

    [Clause("config-linux.md#unified"), EachRuntime]
    public void Unknown_files_of_the_unified_map_are_refused(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("linux.resources.unified", """{"nosuchcontroller.max": "1"}""").RefusedToStart();
    }

    [Clause("config-linux.md#unified")]
    [EachRuntime("../cgroup.procs"), EachRuntime("a/b")]
    public void Names_in_the_unified_map_that_are_paths_are_refused(string runtime, string name)
    {
        using TestContainer container = new(runtime);
        container.Set("linux.resources.unified", $$"""{"{{name}}": "1"}""").RefusedToStart();
    }

    [Clause("config-linux.md#control-groups")]
    [EachRuntime("memory.limit", "-5"), EachRuntime("cpu.cpus", "\"900-901\""), EachRuntime("cpu.mems", "\"77\""), EachRuntime("cpu.quota", "10"), EachRuntime("cpu.cpus ", "\"nonsense\"")]
    public void A_value_that_the_kernel_does_not_take_is_refused(string runtime, string field, string value)
    {
        using TestContainer container = new(runtime);
        container.Set("linux.resources." + field.Trim(), value).RefusedToStart();
        container.Try("delete", "--force", container.Id);
        Assert.Empty(CgroupDriver.Of(container.Id));
    }

    // Version 2 has no such files, and the specification no words for that: the container is made, as it is by others.
    [Clause("config-linux.md#memory")]
    [EachRuntime("""{"kernelTCP": 33554432}""", "memory/memory.kmem.tcp.limit_in_bytes", "33554432")]
    [EachRuntime("""{"disableOOMKiller": true}""", "memory/memory.oom_control", "oom_kill_disable 1")]
    public void What_only_version_1_has_is_in_its_control_file(string runtime, string memory, string file, string expected)
    {
        using TestContainer container = new(runtime);
        container.Set("linux.resources.memory", memory).Create();
        string path = Host.IsUnified ? "" : CgroupDriver.File(container.Id, file, "");
        Assert.True(!File.Exists(path) || File.ReadAllText(path).StartsWith(expected, StringComparison.Ordinal), path);
    }

    [Clause("config-linux.md#block-io"), EachRuntime]
    public void A_weight_of_a_device_is_in_its_control_file_where_the_kernel_has_one(string runtime)
    {
        using TestContainer container = new(runtime);
        string device = File.ReadAllText(Directory.EnumerateDirectories("/sys/block").Order(StringComparer.Ordinal).First() + "/dev").Trim();
        string[] numbers = device.Split(':');
        Outcome outcome = container.Set("linux.resources.blockIO", $$"""{"weightDevice": [{"major": {{numbers[0]}}, "minor": {{numbers[1]}}, "weight": 300, "leafWeight": 200}]}""").TryCreate();
        string[] files = [.. new[] { CgroupDriver.File(container.Id, "blkio/blkio.bfq.weight_device", "io.bfq.weight"), CgroupDriver.File(container.Id, "blkio/blkio.weight_device", "io.weight") }.Where(File.Exists)];
        Assert.True(outcome.ExitCode != 0 || files.Length == 0 || files.Any(file => File.ReadAllText(file).Contains(device + " ", StringComparison.Ordinal)), outcome.ToString());
    }

    [Clause("config-linux.md#huge-page-limits"), EachRuntime]
    public void Limits_of_huge_pages_are_in_their_control_file_or_refused_without_the_controller(string runtime)
    {
        using TestContainer container = new(runtime);
        Outcome outcome = container.Set("linux.resources.hugepageLimits", """[{"pageSize": "2MB", "limit": 4194304}]""").TryCreate();
        string file = CgroupDriver.File(container.Id, "hugetlb/hugetlb.2MB.limit_in_bytes", "hugetlb.2MB.max");
        Assert.True(File.Exists(file) ? outcome.ExitCode == 0 && File.ReadAllText(file).Trim() == "4194304" : outcome.ExitCode != 0, outcome.ToString());
    }

    [Clause("config-linux.md#huge-page-limits"), EachRuntime]
    public void A_size_of_huge_pages_that_the_kernel_does_not_have_is_refused(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("linux.resources.hugepageLimits", """[{"pageSize": "3MB", "limit": 3145728}]""").RefusedToStart();
    }

    [Clause("config-linux.md#rdma")]
    [EachRuntime("""{"none0": {"hcaHandles": 3}}"""), EachRuntime("""{"none0": {"hcaObjects": 10}}""")]
    public void Limits_of_a_device_for_remote_memory_that_is_not_there_are_refused(string runtime, string limits)
    {
        using TestContainer container = new(runtime);
        container.Set("linux.resources.rdma", limits).RefusedToStart();
    }
}
