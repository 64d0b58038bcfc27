using Brig.Cli.Flags;
using Brig.Cli.Text;
using Brig.Linux;
using Brig.Oci.Runtime;
using Brig.Runtime.State;
using Brig.Runtime.Verbs;
using Microsoft.Win32.SafeHandles;

namespace Brig.Cli.OciRuntime;

/// <summary>The command <c>update</c>.</summary>
internal static class OciUpdate
{
    private const int Limit = 1 << 20;

    internal static int Update(OciCall call)
    {
        FlagSet flags = new();
        StringFlag file = flags.String("resources", 'r', "path to the file containing the resources to update or '-' to read from the standard input");
        StringFlag weight = flags.String("blkio-weight", "Specifies per cgroup weight, range is from 10 to 1000");
        StringFlag period = flags.String("cpu-period", "CPU CFS period to be used for hardcapping (in usecs). 0 to use system default");
        StringFlag quota = flags.String("cpu-quota", "CPU CFS hardcap limit (in usecs). Allowed cpu time in a given period");
        StringFlag burst = flags.String("cpu-burst", "CPU CFS hardcap burst limit (in usecs). Allowed accumulated cpu time additionally for burst a given period");
        StringFlag shares = flags.String("cpu-share", "CPU shares (relative weight vs. other containers)");
        StringFlag realtimePeriod = flags.String("cpu-rt-period", "CPU realtime period to be used for hardcapping (in usecs). 0 to use system default");
        StringFlag realtime = flags.String("cpu-rt-runtime", "CPU realtime hardcap limit (in usecs). Allowed cpu time in a given period");
        StringFlag cpus = flags.String("cpuset-cpus", "CPU(s) to use");
        StringFlag mems = flags.String("cpuset-mems", "Memory node(s) to use");
        StringFlag memory = flags.String("memory", "Memory limit (in bytes)");
        StringFlag reservation = flags.String("memory-reservation", "Memory reservation or soft_limit (in bytes)");
        StringFlag swap = flags.String("memory-swap", "Total memory usage (memory + swap); set '-1' to enable unlimited swap");
        StringFlag pids = flags.String("pids-limit", "Maximum number of pids allowed in the container");
        StringFlag idle = flags.String("cpu-idle", "set cgroup SCHED_IDLE or not, 0: default behavior, 1: SCHED_IDLE");
        flags.String("kernel-memory", "(obsoleted, do not use)");
        flags.String("kernel-memory-tcp", "(obsoleted, do not use)");
        StringFlag cache = flags.String("l3-cache-schema", "The string of Intel RDT/CAT L3 cache schema");
        StringFlag bandwidth = flags.String("mem-bw-schema", "The string of Intel RDT/MBA memory bandwidth schema");
        RuntimeContainer container = call.Container(flags);
        ResourcesSpec resources = file.Value.Length > 0 ? ReadFile(file.Value) : new ResourcesSpec
        {
            BlockIo = new BlockIoSpec { Weight = (ushort?)Number(weight) },
            Cpu = new CpuSpec
            {
                Period = (ulong?)Number(period),
                Quota = Number(quota),
                Burst = (ulong?)Number(burst),
                Shares = (ulong?)Number(shares),
                RealtimePeriod = (ulong?)Number(realtimePeriod),
                RealtimeRuntime = Number(realtime),
                Cpus = cpus.Value,
                Mems = mems.Value,
                Idle = Number(idle),
            },
            Memory = new MemorySpec { Limit = Bytes(memory), Reservation = Bytes(reservation), Swap = Bytes(swap) },
            Pids = Number(pids) is long most ? new PidsSpec { Limit = most } : null,
        };
        UpdateContainer update = new();
        update.Run(container, resources);
        string[] schemata = [.. new[] { cache.Value, bandwidth.Value }.Where(line => line.Length > 0)];
        if (schemata.Length > 0)
        {
            update.RunShares(container, schemata);
        }

        return 0;
    }

    private static ResourcesSpec ReadFile(string path)
    {
        using SafeFileHandle file = path == "-" ? new SafeFileHandle(0, ownsHandle: false) : Files.Open(path, OpenFlags.O_RDONLY);
        return SpecDocuments.Resources(SpecDocuments.Parse(Files.ReadAll(file, Limit), "resources"), "resources");
    }

    private static long? Number(StringFlag flag) => flag.Value.Length == 0 ? null
        : long.TryParse(flag.Value, out long number) ? number
        : throw BrigException.Invalid($"invalid value for {flag.Name}: {Brig.Oci.Text.Quote(flag.Value)}");

    private static long? Bytes(StringFlag flag) => flag.Value.Length == 0 ? null
        : flag.Value == "-1" ? -1
        : Sizes.TryParseRam(flag.Value, out long bytes, out _) ? bytes
        : throw BrigException.Invalid($"invalid value for {flag.Name}: {Brig.Oci.Text.Quote(flag.Value)}");
}
