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

    /// <summary>The file to run where it is not the first argument: absolute.</summary>
    public string? Program { get; init; }

    /// <summary>The namespaces to join; none stays in the launcher's.</summary>
    public required NamespaceFlags Namespaces { get; init; }

    /// <summary>The container's devpts, for a process with a terminal.</summary>
    public SafeFileHandle? Terminals { get; init; }

    public Cgroup? Cgroup { get; init; }

    /// <summary>The container's execution domain; null leaves the launcher's.</summary>
    public PersonalitySpec? Personality { get; init; }

    public LaunchOptions Options { get; init; } = LaunchOptions.DieWithParent;

    /// <summary>How many of the launcher's descriptors from 3 on the process keeps.</summary>
    public int PreservedDescriptors { get; init; }

    /// <summary>The process's umask where its specification has none.</summary>
    public uint Umask { get; init; } = 0x12;
}
