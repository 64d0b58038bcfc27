using Brig.Linux;
using Brig.Oci.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Launch;

/// <summary>What a further process in a running container is made from. The caller keeps owning every handle.</summary>
public sealed record ExecRequest
{
    public required ProcessSpec Process { get; init; }

    public SeccompSpec? Seccomp { get; init; }

    /// <summary>A pidfd of the container's first process.</summary>
    public required SafeFileHandle Init { get; init; }

    /// <summary>The namespaces to join.</summary>
    public required NamespaceFlags Namespaces { get; init; }

    /// <summary>The container's devpts, for a process with a terminal.</summary>
    public SafeFileHandle? Terminals { get; init; }

    public Cgroup? Cgroup { get; init; }
}
