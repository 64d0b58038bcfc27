using Brig.Oci;

namespace Brig.Runtime.Launch;

/// <summary>Kernel parameters by name, and which of them a container has for itself (man 7 namespaces).</summary>
internal static class Sysctls
{
    private static readonly string[] s_ipc =
    [
        "kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem", "kernel.shmall", "kernel.shmmax", "kernel.shmmni", "kernel.shm_rmid_forced",
    ];

    /// <summary>The path below /proc/sys: where a name is written with slashes, its dots are its own (man 8 sysctl).</summary>
    internal static string PathOf(string key)
    {
        int dot = key.IndexOf('.', StringComparison.Ordinal), slash = key.IndexOf('/', StringComparison.Ordinal);
        return slash >= 0 && (dot < 0 || slash < dot) ? key : key.Replace('/', '\0').Replace('.', '/').Replace('\0', '.');
    }

    /// <summary>Throws where setting it would change the host.</summary>
    internal static void Check(string key, bool ownsIpc, bool ownsNetwork, bool ownsUts)
    {
        string name = PathOf(key).Replace('/', '.');
        if (name.Contains("..", StringComparison.Ordinal) || name.Length == 0)
        {
            throw BrigException.Invalid($"linux.sysctl: \"{Oci.Text.Quote(key)}\" is not the name of a kernel parameter");
        }

        bool ipc = s_ipc.Contains(name) || name.StartsWith("fs.mqueue.", StringComparison.Ordinal);
        bool own = (ipc && ownsIpc) || (name.StartsWith("net.", StringComparison.Ordinal) && ownsNetwork) || (name is "kernel.domainname" && ownsUts);
        if (name == "kernel.hostname")
        {
            throw BrigException.Invalid("linux.sysctl: \"kernel.hostname\" conflicts with hostname: use that");
        }

        if (!own)
        {
            throw BrigException.Invalid($"linux.sysctl: sysctl \"{Oci.Text.Quote(key)}\" is not in a separate kernel namespace");
        }
    }
}
