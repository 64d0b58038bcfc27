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
    /// <summary>Where hooks find the root before it is entered: an absolute path of the host. Null where nobody looks for it.</summary>
    public string? RootPath { get; init; }

    /// <summary>Sources of bind mounts that are not absolute are below this directory.</summary>
    public string? Bundle { get; init; }

    /// <summary>Where the process's tasks are counted and limited; null leaves it in the caller's cgroups.</summary>
    public Cgroup? Cgroup { get; init; }

    public LaunchOptions Options { get; init; } = LaunchOptions.DieWithParent;

    /// <summary>The process's umask where its specification has none.</summary>
    public uint Umask { get; init; } = 0x12;

    /// <summary>The process becomes a child of the launcher's parent: for a launcher that was put into a user namespace for the purpose.</summary>
    internal bool Sibling { get; init; }

    /// <summary>How many of the launcher's descriptors from 3 on the process keeps.</summary>
    public int PreservedDescriptors { get; init; }

    /// <summary>Where the process waits before its exec for a program that is not its launcher; null where it does not.</summary>
    public LaunchGate? Gate { get; init; }
}
