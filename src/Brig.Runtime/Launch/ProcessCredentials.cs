using System.Runtime.InteropServices;
using Brig.Linux;
using Brig.Oci.Runtime;
using Brig.Runtime.Seccomp;

namespace Brig.Runtime.Launch;

/// <summary>The steps that take privileges away, in the order in which each is still allowed to.</summary>
internal static class ProcessCredentials
{
    private const int PR_SET_KEEPCAPS = 8;
    private const int PR_CAPBSET_DROP = 24;
    private const int PR_SET_NO_NEW_PRIVS = 38;
    private const int PR_CAP_AMBIENT = 47;
    private const int PR_CAP_AMBIENT_RAISE = 2;
    private const int PR_CAP_AMBIENT_CLEAR_ALL = 4;

    /// <returns>The step that loads the filter where that can wait for the last moment, so that the policy need not allow what the launch does.</returns>
    internal static LaunchStep? Add(List<LaunchStep> steps, ProcessSpec process, SeccompSpec? seccomp)
    {
        CapabilitiesSpec sets = process.Capabilities ?? new CapabilitiesSpec();
        LaunchStep? filter = Filter(seccomp);
        if (!process.NoNewPrivileges && filter is not null)
        {
            // Without no_new_privs only CAP_SYS_ADMIN may load a filter: before it is dropped.
            steps.Add(filter);
            filter = null;
        }

        ulong bounding = Capabilities.Mask(sets.Bounding);
        for (int capability = 0; capability <= Capabilities.Last; capability++)
        {
            if ((bounding & (1UL << capability)) == 0)
            {
                // EINVAL: the kernel is older than this capability.
                steps.Add(new("drop from the bounding set", Capabilities.Name(capability), SyscallNumber.Prctl, [PR_CAPBSET_DROP, capability, 0, 0, 0]) { Tolerated = [Errno.EINVAL] });
            }
        }

        steps.Add(new("keep capabilities", null, SyscallNumber.Prctl, [PR_SET_KEEPCAPS, 1, 0, 0, 0]));
        uint[] groups = [.. process.User.AdditionalGids ?? []];

        // EPERM: a user namespace that was made without the right to change groups; with none to set that is no loss.
        steps.Add(new("setgroups", string.Join(',', groups), SyscallNumber.Setgroups, [groups.Length, LaunchArgument.Bytes(MemoryMarshal.AsBytes<uint>(groups))]) { Tolerated = groups.Length == 0 && (DeviceNodes.MustBind || Processes.UserId != 0) ? [Errno.EPERM] : [] });
        steps.Add(new("setgid", process.User.Gid.ToString(), SyscallNumber.Setgid, [process.User.Gid]));
        steps.Add(new("setuid", process.User.Uid.ToString(), SyscallNumber.Setuid, [process.User.Uid]));
        steps.Add(new("keep capabilities", null, SyscallNumber.Prctl, [PR_SET_KEEPCAPS, 0, 0, 0, 0]));
        AddCapabilities(steps, sets);
        if (process.NoNewPrivileges)
        {
            steps.Add(new("no new privileges", null, SyscallNumber.Prctl, [PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0]));
        }

        return filter;
    }

    private static void AddCapabilities(List<LaunchStep> steps, CapabilitiesSpec sets)
    {
        const uint LINUX_CAPABILITY_VERSION_3 = 0x20080522;
        // What this process itself has not, nobody can be given: left out, as the specification wants (config.md#linux-process).
        ulong own = Capabilities.PermittedMask();
        ulong permitted = Capabilities.Mask(sets.Permitted) & own, effective = Capabilities.Mask(sets.Effective) & permitted, inheritable = Capabilities.Mask(sets.Inheritable) & own;
        uint[] data =
        [
            (uint)effective, (uint)permitted, (uint)inheritable,
            (uint)(effective >> 32), (uint)(permitted >> 32), (uint)(inheritable >> 32),
        ];
        steps.Add(new("capset", null, SyscallNumber.Capset, [LaunchArgument.Of((LINUX_CAPABILITY_VERSION_3, 0)), LaunchArgument.Bytes(MemoryMarshal.AsBytes<uint>(data))]));
        steps.Add(new("clear ambient capabilities", null, SyscallNumber.Prctl, [PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0]) { Tolerated = [Errno.EINVAL] });

        // Only what is both permitted and inheritable can be raised; the rest cannot be granted, which is no error.
        ulong raisable = permitted & inheritable;
        foreach (string ambient in (sets.Ambient ?? []).Where(name => Capabilities.Number(name) is >= 0 and int number && (raisable & (1UL << number)) != 0))
        {
            steps.Add(new("raise ambient capability", ambient, SyscallNumber.Prctl, [PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, Capabilities.Number(ambient), 0, 0]));
        }
    }

    private static LaunchStep? Filter(SeccompSpec? policy)
    {
        const int SECCOMP_SET_MODE_FILTER = 1;
        return policy is null ? null
            : new("seccomp", null, SyscallNumber.Seccomp, [SECCOMP_SET_MODE_FILTER, SeccompFlags.Of(policy), LaunchArgument.Filter(MemoryMarshal.AsBytes<BpfInstruction>(SeccompCompiler.Compile(policy)))]);
    }
}
