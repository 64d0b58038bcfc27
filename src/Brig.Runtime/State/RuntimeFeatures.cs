using Brig.Runtime.Launch;
using Brig.Runtime.Seccomp;

namespace Brig.Runtime.State;

/// <summary>The words of configurations that this runtime knows, whatever the machine can do (runtime-spec features.md).</summary>
public static class RuntimeFeatures
{
    public static IReadOnlyList<string> MountOptions => Launch.MountOptions.Known;

    public static IReadOnlyList<string> SeccompActions => SeccompAction.Names;

    public static IReadOnlyList<string> SeccompOperators { get; } = ["SCMP_CMP_EQ", "SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_LE", "SCMP_CMP_LT", "SCMP_CMP_MASKED_EQ", "SCMP_CMP_NE"];

    public static IReadOnlyList<string> SeccompArchitectures => SeccompCompiler.Known;

    public static IReadOnlyList<string> SeccompFlags => Seccomp.SeccompFlags.Known;

    public static IReadOnlyList<string> MemoryPolicyModes => MemoryPolicies.Modes;

    public static IReadOnlyList<string> MemoryPolicyFlags => MemoryPolicies.Flags;
}
