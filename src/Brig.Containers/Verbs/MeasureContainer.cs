using System.Globalization;
using Brig.Containers.Statistics;
using Brig.Linux;

namespace Brig.Containers.Verbs;

/// <summary>Reads what a running container uses from its cgroup and its network namespace.</summary>
public sealed class MeasureContainer(Engine engine)
{
    private const int Limit = 16 << 20;

    private readonly CgroupHost _cgroups = CgroupHost.Detect();
    private readonly long _machineMemory = Number(Line(Files.TryReadText("/proc/meminfo"), "MemTotal:")) * 1024;

    /// <summary>Null for a container that does not run.</summary>
    public ContainerSample? Run(Container container)
    {
        if (container.Status != ContainerStatus.Running)
        {
            return null;
        }

        string name = new ContainerFiles(engine.Root, container.Id).Cgroup;
        string? Read(string controller, string file) => _cgroups.Hierarchies.FirstOrDefault(hierarchy => _cgroups.IsUnified || hierarchy.Has(controller)) is { } found
            ? Files.TryReadText(Path.Combine(found.MountPoint, name, file), Limit)
            : null;

        bool unified = _cgroups.IsUnified;
        long memory = Number(Read("memory", unified ? "memory.current" : "memory.usage_in_bytes"));
        long droppable = Number(Line(Read("memory", "memory.stat"), unified ? "inactive_file" : "total_inactive_file"));
        long limit = Number(Read("memory", unified ? "memory.max" : "memory.limit_in_bytes"));
        (long read, long written) = unified ? UnifiedBlock(Read("io", "io.stat")) : LegacyBlock(Read("blkio", "blkio.throttle.io_service_bytes_recursive"));
        (long received, long sent) = container.Specification.Network == "host" ? default : Network(Files.TryReadText($"/proc/{container.State.Pid}/net/dev", Limit));
        return new ContainerSample(
            engine.Time.GetUtcNow(),
            unified ? Number(Line(Read("cpu", "cpu.stat"), "usage_usec")) * 1000 : Number(Read("cpuacct", "cpuacct.usage")),
            memory > droppable ? memory - droppable : memory,
            limit > 0 && limit < _machineMemory ? limit : _machineMemory,
            Number(Read("pids", "pids.current")),
            received, sent, read, written);
    }

    /// <summary>Lines such as <c>254:0 Read 4096</c>.</summary>
    private static (long Read, long Written) LegacyBlock(string? text)
    {
        long read = 0, written = 0;
        foreach (string[] words in (text ?? "").Split('\n').Select(line => line.Split(' ')).Where(words => words.Length == 3))
        {
            read += words[1] == "Read" ? Number(words[2]) : 0;
            written += words[1] == "Write" ? Number(words[2]) : 0;
        }

        return (read, written);
    }

    /// <summary>Lines such as <c>254:0 rbytes=4096 wbytes=0 rios=1 …</c>.</summary>
    private static (long Read, long Written) UnifiedBlock(string? text)
    {
        long Sum(string key) => (text ?? "").Split([' ', '\n']).Where(word => word.StartsWith(key, StringComparison.Ordinal)).Sum(word => Number(word[key.Length..]));
        return (Sum("rbytes="), Sum("wbytes="));
    }

    /// <summary>proc_pid_net(5): after two lines of headers a line for each interface, bytes received first, bytes sent ninth.</summary>
    private static (long Received, long Sent) Network(string? text)
    {
        long received = 0, sent = 0;
        foreach (string[] parts in (text ?? "").Split('\n').Skip(2).Select(line => line.Split(':', 2)).Where(parts => parts.Length == 2 && parts[0].Trim() != "lo"))
        {
            string[] numbers = parts[1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            received += numbers.Length > 8 ? Number(numbers[0]) : 0;
            sent += numbers.Length > 8 ? Number(numbers[8]) : 0;
        }

        return (received, sent);
    }

    private static string? Line(string? text, string name) =>
        text?.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).FirstOrDefault(words => words.Length > 1 && words[0] == name)?[1];

    private static long Number(string? text) => long.TryParse(text?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : 0;
}
