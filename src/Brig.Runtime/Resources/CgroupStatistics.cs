using System.Globalization;
using System.Text.Json;
using Brig.Linux;

namespace Brig.Runtime.Resources;

/// <summary>What a cgroup uses now, from either version's files. Times are nanoseconds, sizes bytes.</summary>
public sealed record CgroupStatistics
{
    public ulong CpuTotal { get; init; }

    public ulong CpuUser { get; init; }

    public ulong CpuKernel { get; init; }

    public ulong Periods { get; init; }

    public ulong ThrottledPeriods { get; init; }

    public ulong ThrottledTime { get; init; }

    public ulong MemoryUsage { get; init; }

    public ulong MemoryLimit { get; init; }

    public ulong MemoryPeak { get; init; }

    public ulong MemoryFailures { get; init; }

    public ulong SwapUsage { get; init; }

    public ulong SwapLimit { get; init; }

    public IReadOnlyDictionary<string, ulong> MemoryDetails { get; init; } = new Dictionary<string, ulong>();

    public ulong Pids { get; init; }

    public ulong PidsLimit { get; init; }

    public static CgroupStatistics Of(Cgroup cgroup) => CgroupHost.Detect().IsUnified ? OfUnified(cgroup) : OfLegacy(cgroup);

    /// <summary>As runc's <c>events</c> has it.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartObject("cpu");
        json.WriteStartObject("usage");
        Numbers(json, ("total", CpuTotal), ("kernel", CpuKernel), ("user", CpuUser));
        json.WriteEndObject();
        json.WriteStartObject("throttling");
        Numbers(json, ("periods", Periods), ("throttledPeriods", ThrottledPeriods), ("throttledTime", ThrottledTime));
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartObject("memory");
        WriteMemory(json, "usage", MemoryLimit, MemoryUsage, MemoryPeak, MemoryFailures);
        WriteMemory(json, "swap", SwapLimit, SwapUsage, 0, 0);
        json.WriteStartObject("raw");
        Numbers(json, [.. MemoryDetails.Select(pair => (pair.Key, pair.Value))]);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartObject("pids");
        Numbers(json, ("current", Pids), ("limit", PidsLimit));
        json.WriteEndObject();
        json.WriteStartObject("blkio");
        json.WriteEndObject();
        json.WriteStartObject("hugetlb");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static CgroupStatistics OfUnified(Cgroup cgroup)
    {
        Dictionary<string, ulong> cpu = Table(cgroup.Read("cpu", "cpu.stat")), memory = Table(cgroup.Read("memory", "memory.stat"));
        return new()
        {
            CpuTotal = cpu.GetValueOrDefault("usage_usec") * 1000,
            CpuUser = cpu.GetValueOrDefault("user_usec") * 1000,
            CpuKernel = cpu.GetValueOrDefault("system_usec") * 1000,
            Periods = cpu.GetValueOrDefault("nr_periods"),
            ThrottledPeriods = cpu.GetValueOrDefault("nr_throttled"),
            ThrottledTime = cpu.GetValueOrDefault("throttled_usec") * 1000,
            MemoryUsage = Number(cgroup.Read("memory", "memory.current")),
            MemoryLimit = Number(cgroup.Read("memory", "memory.max")),
            MemoryPeak = Number(cgroup.Read("memory", "memory.peak")),
            MemoryFailures = Table(cgroup.Read("memory", "memory.events")).GetValueOrDefault("oom"),
            SwapUsage = Number(cgroup.Read("memory", "memory.swap.current")),
            SwapLimit = Number(cgroup.Read("memory", "memory.swap.max")),
            MemoryDetails = memory,
            Pids = Number(cgroup.Read("pids", "pids.current")),
            PidsLimit = Number(cgroup.Read("pids", "pids.max")),
        };
    }

    private static CgroupStatistics OfLegacy(Cgroup cgroup)
    {
        const ulong Tick = 10_000_000; // USER_HZ is 100 (man 7 time)
        Dictionary<string, ulong> cpu = Table(cgroup.Read("cpuacct", "cpuacct.stat")), throttling = Table(cgroup.Read("cpu", "cpu.stat"));
        return new()
        {
            CpuTotal = Number(cgroup.Read("cpuacct", "cpuacct.usage")),
            CpuUser = cpu.GetValueOrDefault("user") * Tick,
            CpuKernel = cpu.GetValueOrDefault("system") * Tick,
            Periods = throttling.GetValueOrDefault("nr_periods"),
            ThrottledPeriods = throttling.GetValueOrDefault("nr_throttled"),
            ThrottledTime = throttling.GetValueOrDefault("throttled_time"),
            MemoryUsage = Number(cgroup.Read("memory", "memory.usage_in_bytes")),
            MemoryLimit = Number(cgroup.Read("memory", "memory.limit_in_bytes")),
            MemoryPeak = Number(cgroup.Read("memory", "memory.max_usage_in_bytes")),
            MemoryFailures = Number(cgroup.Read("memory", "memory.failcnt")),
            SwapUsage = Number(cgroup.Read("memory", "memory.memsw.usage_in_bytes")),
            SwapLimit = Number(cgroup.Read("memory", "memory.memsw.limit_in_bytes")),
            MemoryDetails = Table(cgroup.Read("memory", "memory.stat")),
            Pids = Number(cgroup.Read("pids", "pids.current")),
            PidsLimit = Number(cgroup.Read("pids", "pids.max")),
        };
    }

    private static void WriteMemory(Utf8JsonWriter json, string name, ulong limit, ulong usage, ulong peak, ulong failures)
    {
        json.WriteStartObject(name);
        Numbers(json, ("limit", limit), ("usage", usage), ("max", peak), ("failcnt", failures));
        json.WriteEndObject();
    }

    private static void Numbers(Utf8JsonWriter json, params (string Name, ulong Value)[] values)
    {
        foreach ((string name, ulong value) in values)
        {
            json.WriteNumber(name, value);
        }
    }

    private static Dictionary<string, ulong> Table(string? text)
    {
        Dictionary<string, ulong> table = [];
        foreach (string line in (text ?? "").Split('\n'))
        {
            if (line.Split(' ') is [var key, var value] && ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number))
            {
                table[key] = number;
            }
        }

        return table;
    }

    /// <summary>"max" is the largest number there is.</summary>
    private static ulong Number(string? text) => text?.Trim() switch
    {
        null or "" => 0,
        "max" => ulong.MaxValue,
        var value => ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) ? number : 0,
    };
}
