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

    internal static void Add(List<LaunchStep> steps, ProcessSpec process, SeccompSpec? seccomp)
    {
        CapabilitiesSpec sets = process.Capabilities ?? new CapabilitiesSpec();
        if (!process.NoNewPrivileges)
        {
            // Without no_new_privs only CAP_SYS_ADMIN may load a filter: before it is dropped.
            AddSeccomp(steps, seccomp);
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
        steps.Add(new("setgroups", string.Join(',', groups), SyscallNumber.Setgroups, [groups.Length, LaunchArgument.Bytes(MemoryMarshal.AsBytes<uint>(groups))]));
        steps.Add(new("setgid", process.User.Gid.ToString(), SyscallNumber.Setgid, [process.User.Gid]));
        steps.Add(new("setuid", process.User.Uid.ToString(), SyscallNumber.Setuid, [process.User.Uid]));
        steps.Add(new("keep capabilities", null, SyscallNumber.Prctl, [PR_SET_KEEPCAPS, 0, 0, 0, 0]));
        AddCapabilities(steps, sets);
        if (process.NoNewPrivileges)
        {
            steps.Add(new("no new privileges", null, SyscallNumber.Prctl, [PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0]));
            AddSeccomp(steps, seccomp);
        }
    }

    private static void AddCapabilities(List<LaunchStep> steps, CapabilitiesSpec sets)
    {
        const uint LINUX_CAPABILITY_VERSION_3 = 0x20080522;
        ulong effective = Capabilities.Mask(sets.Effective), permitted = Capabilities.Mask(sets.Permitted), inheritable = Capabilities.Mask(sets.Inheritable);
        uint[] data =
        [
            (uint)effective, (uint)permitted, (uint)inheritable,
            (uint)(effective >> 32), (uint)(permitted >> 32), (uint)(inheritable >> 32),
        ];
        steps.Add(new("capset", null, SyscallNumber.Capset, [LaunchArgument.Of((LINUX_CAPABILITY_VERSION_3, 0)), LaunchArgument.Bytes(MemoryMarshal.AsBytes<uint>(data))]));
        foreach (string ambient in sets.Ambient ?? [])
        {
            steps.Add(new("raise ambient capability", ambient, SyscallNumber.Prctl, [PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, Capabilities.Number(ambient), 0, 0]));
        }
    }

    private static void AddSeccomp(List<LaunchStep> steps, SeccompSpec? policy)
    {
        if (policy is null)
        {
            return;
        }

        const int SECCOMP_SET_MODE_FILTER = 1;
        ReadOnlySpan<BpfInstruction> program = SeccompCompiler.Compile(policy);
        steps.Add(new("seccomp", null, SyscallNumber.Seccomp, [SECCOMP_SET_MODE_FILTER, 0, LaunchArgument.Filter(MemoryMarshal.AsBytes(program))]));
    }
}
