using Brig.Oci.Runtime;

namespace Brig.Runtime.Seccomp;

/// <summary>The value a filter returns (man 2 seccomp), from the names that the runtime spec has.</summary>
internal static class SeccompAction
{
    internal const uint KillProcess = 0x80000000;

    private const uint ErrnoMask = 0xFFFF;

    internal static readonly string[] Names =
    [
        "SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", "SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD", "SCMP_ACT_LOG", "SCMP_ACT_NOTIFY", "SCMP_ACT_TRACE", "SCMP_ACT_TRAP",
    ];

    internal static uint Parse(string name, uint? errno) => name switch
    {
        not ("SCMP_ACT_ERRNO" or "SCMP_ACT_TRACE") when errno is not null => throw BrigException.Invalid($"linux.seccomp: the action \"{Oci.Text.Quote(name)}\" takes no errno"),
        "SCMP_ACT_ALLOW" => 0x7FFF0000,
        "SCMP_ACT_ERRNO" => 0x00050000 | ((errno ?? 1) & ErrnoMask),
        "SCMP_ACT_LOG" => 0x7FFC0000,
        "SCMP_ACT_TRACE" => 0x7FF00000 | ((errno ?? 1) & ErrnoMask),
        "SCMP_ACT_NOTIFY" => 0x7FC00000,
        "SCMP_ACT_TRAP" => 0x00030000,
        "SCMP_ACT_KILL" or "SCMP_ACT_KILL_THREAD" => 0x00000000,
        "SCMP_ACT_KILL_PROCESS" => KillProcess,
        _ => throw BrigException.Invalid($"linux.seccomp: unknown action \"{Oci.Text.Quote(name)}\""),
    };

    internal static uint Default(SeccompSpec policy) => Parse(policy.DefaultAction, policy.DefaultErrnoRet);
}
