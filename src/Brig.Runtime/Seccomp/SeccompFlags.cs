using Brig.Oci;
using Brig.Oci.Runtime;

namespace Brig.Runtime.Seccomp;

/// <summary>Flags of seccomp(2), from the names that the runtime spec has.</summary>
internal static class SeccompFlags
{
    internal static readonly string[] Known = ["SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW", "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"];

    private const int NEW_LISTENER = 1 << 3;

    /// <summary>The policy's flags, and that of a listener where an action notifies one.</summary>
    internal static int Of(SeccompSpec policy)
    {
        int flags = Notifies(policy) ? NEW_LISTENER : 0;
        foreach (string flag in policy.Flags ?? [])
        {
            flags |= flag switch
            {
                // A process of one thread: synchronising its threads says nothing, and a listener excludes it.
                "SECCOMP_FILTER_FLAG_TSYNC" or "" => 0,
                "SECCOMP_FILTER_FLAG_LOG" => 1 << 1,
                "SECCOMP_FILTER_FLAG_SPEC_ALLOW" => 1 << 2,
                "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV" => 1 << 5,
                _ => throw BrigException.Invalid($"linux.seccomp.flags: unknown flag \"{Oci.Text.Quote(flag)}\""),
            };
        }

        return flags;
    }

    internal static bool Notifies(SeccompSpec policy) =>
        policy.DefaultAction == "SCMP_ACT_NOTIFY" || (policy.Syscalls ?? []).Any(rule => rule.Action == "SCMP_ACT_NOTIFY");
}
