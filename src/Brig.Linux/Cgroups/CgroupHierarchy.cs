namespace Brig.Linux;

/// <summary>A mounted cgroup hierarchy: v1's controllers (or <c>name=…</c>), or for the unified one none.</summary>
public sealed record CgroupHierarchy(string MountPoint, IReadOnlyList<string> Controllers)
{
    public bool IsUnified => Controllers.Count == 0;

    /// <summary>The name of its folder below <c>/sys/fs/cgroup</c>.</summary>
    public string Name => Path.GetFileName(MountPoint);

    public bool Has(string controller) => Controllers.Contains(controller);
}
