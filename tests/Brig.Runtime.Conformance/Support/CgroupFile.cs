namespace Brig.Runtime.Conformance.Support;

/// <summary>A control file under its names in both versions: hierarchy/file of version 1, file of version 2.</summary>
public static class CgroupFile
{
    /// <summary>Reads the one that this machine has, from the cgroup that cases give a container.</summary>
    public static string Read(string id, string one, string two)
    {
        string[] parts = one.Split('/', 2);
        return File.ReadAllText(Host.IsUnified ? $"/sys/fs/cgroup/brig-conformance/{id}/{two}" : $"/sys/fs/cgroup/{parts[0]}/brig-conformance/{id}/{parts[1]}").Trim();
    }
}
