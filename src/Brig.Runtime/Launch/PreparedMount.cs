using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Launch;

/// <summary>
/// A mount of the container: a detached tree made by the parent, or where <paramref name="Tree"/> is null a file system
/// that only the child can make, since it shows the namespaces of its maker (proc, sysfs, mqueue, cgroup).
/// </summary>
internal sealed record PreparedMount(string Destination, string Type, string? Source, MountOptions Options, SafeFileHandle? Tree) : IDisposable
{
    /// <summary>The type of what is no mount of its own but a change of one that is there.</summary>
    internal const string Remount = "remount";

    public void Dispose() => Tree?.Dispose();
}
