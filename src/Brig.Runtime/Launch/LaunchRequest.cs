using Brig.Linux;
using Brig.Oci.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Launch;

/// <summary>What a container's first process is made from. The caller keeps owning every handle.</summary>
public sealed record LaunchRequest
{
    public required RuntimeSpec Spec { get; init; }

    /// <summary>The root file system: a detached mount. It is moved into the container's mount namespace, so it serves one launch.</summary>
    public required SafeFileHandle Root { get; init; }

    /// <summary>Detached mounts that take the place of a bind mount's source, by the mount's destination. Each serves one launch.</summary>
    public IReadOnlyDictionary<string, SafeFileHandle>? Trees { get; init; }

    /// <summary>Where the process's tasks are counted and limited; null leaves it in the caller's cgroups.</summary>
    public Cgroup? Cgroup { get; init; }
}
