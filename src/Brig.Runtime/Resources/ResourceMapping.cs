using Brig.Linux;
using Brig.Oci.Runtime;

namespace Brig.Runtime.Resources;

/// <summary>The one mapping from the specification's limits to a cgroup's (runtime-spec config-linux.md#control-groups).</summary>
internal static class ResourceMapping
{
    /// <summary>Limits of a new container: with the devices that it may use, which are none but its own where nothing was said.</summary>
    internal static CgroupResources Of(RuntimeSpec spec)
    {
        ResourcesSpec resources = spec.Linux?.Resources ?? new ResourcesSpec();
        IEnumerable<DeviceRule> rules = resources.Devices is { Count: > 0 } given
            ? given.Select(Rule)
            : [DeviceRule.None, .. (spec.Linux?.Devices ?? []).Where(device => device.Type != "p").Select(Rule)];
        return Of(resources) with { Devices = [.. rules, .. DeviceRule.Defaults] };
    }

    /// <summary>Limits to change; what is null stays.</summary>
    internal static CgroupResources Of(ResourcesSpec resources)
    {
        MemorySpec memory = resources.Memory ?? new MemorySpec();
        CpuSpec cpu = resources.Cpu ?? new CpuSpec();
        BlockIoSpec block = resources.BlockIo ?? new BlockIoSpec();
        return new CgroupResources
        {
            Memory = memory.Limit is 0 ? null : memory.Limit,
            MemoryAndSwap = memory.Swap is 0 ? null : memory.Swap,
            MemoryReservation = memory.Reservation is 0 ? null : memory.Reservation,
            MemoryTcp = memory.KernelTcp is 0 ? null : memory.KernelTcp,
            Swappiness = memory.Swappiness,
            DisableOomKiller = memory.DisableOomKiller is true ? true : null,
            CheckMemory = memory.CheckBeforeUpdate ?? false,
            CpuQuota = cpu.Quota is 0 ? null : cpu.Quota,
            CpuPeriod = cpu.Period,
            CpuBurst = cpu.Burst,
            CpuShares = cpu.Shares,
            CpuRealtimeRuntime = cpu.RealtimeRuntime,
            CpuRealtimePeriod = cpu.RealtimePeriod,
            CpuIdle = cpu.Idle,
            CpusetCpus = cpu.Cpus is { Length: > 0 } ? cpu.Cpus : null,
            CpusetMems = cpu.Mems is { Length: > 0 } ? cpu.Mems : null,
            Pids = resources.Pids?.Limit,
            Block = new BlockLimits
            {
                Weight = block.Weight,
                LeafWeight = block.LeafWeight,
                DeviceWeights = [.. (block.WeightDevice ?? []).Select(device => ($"{device.Major}:{device.Minor}", device.Weight, device.LeafWeight))],
                ReadBytes = Rates(block.ThrottleReadBpsDevice),
                WriteBytes = Rates(block.ThrottleWriteBpsDevice),
                ReadOperations = Rates(block.ThrottleReadIopsDevice),
                WriteOperations = Rates(block.ThrottleWriteIopsDevice),
            },
            HugePages = [.. (resources.HugepageLimits ?? []).Select(limit => (limit.PageSize, limit.Limit))],
            Rdma = [.. (resources.Rdma ?? new Dictionary<string, RdmaSpec>()).Select(pair => (pair.Key, pair.Value.HcaHandles, pair.Value.HcaObjects))],
            NetworkClass = resources.Network?.ClassId,
            NetworkPriorities = [.. (resources.Network?.Priorities ?? []).Select(priority => (priority.Name, priority.Priority))],
            Unified = [.. (resources.Unified ?? new Dictionary<string, string>()).Select(pair => (pair.Key, pair.Value))],
        };
    }

    private static (string Device, ulong Rate)[] Rates(IReadOnlyList<ThrottleDeviceSpec>? devices) => [.. (devices ?? []).Select(device => ($"{device.Major}:{device.Minor}", device.Rate))];

    private static DeviceRule Rule(DeviceRuleSpec rule) => new(
        rule.Allow, rule.Type is { Length: > 0 } type ? type[0] : 'a', Number(rule.Major), Number(rule.Minor), rule.Access is { Length: > 0 } access ? access : "rwm");

    private static DeviceRule Rule(DeviceSpec device) => new(true, device.Type == "b" ? 'b' : 'c', (uint)device.Major, (uint)device.Minor, "rwm");

    private static uint? Number(long? number) => number is null or < 0 ? null : (uint)number;
}
