using System.Runtime.InteropServices;
using Brig.Oci;
using Brig.Oci.Runtime;

namespace Brig.Runtime.Launch;

/// <summary>struct sched_attr, its first version (man 2 sched_setattr).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SchedulerAttributes
{
    private static readonly string[] s_policies = ["SCHED_OTHER", "SCHED_FIFO", "SCHED_RR", "SCHED_BATCH", "SCHED_ISO", "SCHED_IDLE", "SCHED_DEADLINE"];
    private static readonly string[] s_flags =
    [
        "SCHED_FLAG_RESET_ON_FORK", "SCHED_FLAG_RECLAIM", "SCHED_FLAG_DL_OVERRUN", "SCHED_FLAG_KEEP_POLICY", "SCHED_FLAG_KEEP_PARAMS", "SCHED_FLAG_UTIL_CLAMP_MIN", "SCHED_FLAG_UTIL_CLAMP_MAX",
    ];

    internal uint Size;
    internal uint Policy;
    internal ulong Flags;
    internal int Nice;
    internal uint Priority;
    internal ulong Runtime;
    internal ulong Deadline;
    internal ulong Period;

    internal static SchedulerAttributes Of(SchedulerSpec scheduler)
    {
        int policy = Array.IndexOf(s_policies, scheduler.Policy);
        if (policy < 0)
        {
            throw BrigException.Invalid($"process.scheduler.policy: unknown policy \"{Oci.Text.Quote(scheduler.Policy)}\"");
        }

        ulong flags = 0;
        foreach (string flag in scheduler.Flags ?? [])
        {
            int bit = Array.IndexOf(s_flags, flag);
            flags |= bit >= 0 ? 1UL << bit : throw BrigException.Invalid($"process.scheduler.flags: unknown flag \"{Oci.Text.Quote(flag)}\"");
        }

        return new()
        {
            Size = 48,
            Policy = (uint)policy,
            Flags = flags,
            Nice = scheduler.Nice ?? 0,
            Priority = (uint)(scheduler.Priority ?? 0),
            Runtime = scheduler.Runtime ?? 0,
            Deadline = scheduler.Deadline ?? 0,
            Period = scheduler.Period ?? 0,
        };
    }
}
