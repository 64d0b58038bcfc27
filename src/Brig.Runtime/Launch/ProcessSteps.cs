using Brig.Linux;
using Brig.Oci;
using Brig.Oci.Runtime;

namespace Brig.Runtime.Launch;

/// <summary>The steps for what the kernel keeps of a process beside its credentials: CPUs, scheduling, memory policy, personality, keyring.</summary>
internal static class ProcessSteps
{
    internal static void AddKernelAttributes(List<LaunchStep> steps, ProcessSpec process, LinuxSpec linux)
    {
        if (linux.Personality is { } personality)
        {
            steps.Add(new("personality", personality.Domain, SyscallNumber.Personality, [Personalities.Number(personality)]));
        }

        if (process.IoPriority is { } priority)
        {
            const int IOPRIO_WHO_PROCESS = 1;
            steps.Add(new("ioPriority", null, SyscallNumber.IoprioSet, [IOPRIO_WHO_PROCESS, 0, IoPriorities.Number(priority)]));
        }

        if (process.Scheduler is { } scheduler)
        {
            steps.Add(new("scheduler", scheduler.Policy, SyscallNumber.SchedSetattr, [0, LaunchArgument.Of(SchedulerAttributes.Of(scheduler)), 0]));
        }

        if (linux.MemoryPolicy is { } policy)
        {
            (int mode, ulong[] nodes, int bits) = MemoryPolicies.Of(policy);
            steps.Add(new("memoryPolicy", policy.Mode, SyscallNumber.SetMempolicy,
                [mode, bits == 0 ? 0 : LaunchArgument.Bytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes<ulong>(nodes)), bits]));
        }
    }

    /// <summary>A session keyring of its own, so that keys of the caller's session are not the container's.</summary>
    internal static void AddKeyring(List<LaunchStep> steps)
    {
        // ENOSYS: a kernel without keys; EDQUOT and ENOMEM: a user at his quota, for which no container need fail.
        const int KEYCTL_JOIN_SESSION_KEYRING = 1;
        steps.Add(new("session keyring", null, SyscallNumber.Keyctl, [KEYCTL_JOIN_SESSION_KEYRING, "_ses.brig"]) { Tolerated = [Errno.ENOSYS, Errno.EDQUOT, Errno.EPERM, Errno.EACCES] });
    }

    /// <param name="list">E.g. <c>0-3,7</c>; null or empty changes nothing.</param>
    internal static void AddAffinity(List<LaunchStep> steps, string? list)
    {
        if (list is { Length: > 0 })
        {
            ulong[] mask = NumberLists.Mask(list, "process.execCPUAffinity");
            steps.Add(new("sched_setaffinity", list, SyscallNumber.SchedSetaffinity, [0, mask.Length * 8, LaunchArgument.Bytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes<ulong>(mask))]));
        }
    }
}
