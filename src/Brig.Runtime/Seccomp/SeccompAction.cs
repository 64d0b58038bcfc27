using Brig.Oci.Runtime;

namespace Brig.Runtime.Seccomp;

/// <summary>The value a filter returns (man 2 seccomp), from the names that the runtime spec has.</summary>
internal static class SeccompAction
{
    internal const uint KillProcess = 0x80000000;

    private const uint ErrnoMask = 0xFFFF;

    internal static uint Parse(string name, uint? errno) => name switch
    {
        "SCMP_ACT_ALLOW" => 0x7FFF0000,
        "SCMP_ACT_ERRNO" => 0x00050000 | ((errno ?? 1) & ErrnoMask),
        "SCMP_ACT_LOG" => 0x7FFC0000,
        "SCMP_ACT_TRACE" => 0x7FF00000 | ((errno ?? 1) & ErrnoMask),
        "SCMP_ACT_TRAP" => 0x00030000,
        "SCMP_ACT_KILL" or "SCMP_ACT_KILL_THREAD" => 0x00000000,
        "SCMP_ACT_KILL_PROCESS" => KillProcess,
        _ => throw BrigException.Invalid($"linux.seccomp: unknown action \"{Oci.Text.Quote(name)}\""),
    };

    internal static uint Default(SeccompSpec policy) => Parse(policy.DefaultAction, policy.DefaultErrnoRet);
}
