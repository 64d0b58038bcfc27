using Brig.Linux;

namespace Brig.Runtime.Launch;

/// <summary>The namespaces of a running process as seen from here.</summary>
internal static class ProcessNamespaces
{
    private static readonly (string File, NamespaceFlags Flag)[] s_all =
    [
        ("user", NamespaceFlags.CLONE_NEWUSER), ("mnt", NamespaceFlags.CLONE_NEWNS), ("pid", NamespaceFlags.CLONE_NEWPID), ("net", NamespaceFlags.CLONE_NEWNET),
        ("ipc", NamespaceFlags.CLONE_NEWIPC), ("uts", NamespaceFlags.CLONE_NEWUTS), ("cgroup", NamespaceFlags.CLONE_NEWCGROUP), ("time", NamespaceFlags.CLONE_NEWTIME),
    ];

    /// <summary>Those that are not this process's own: joining one's own user namespace is an error.</summary>
    internal static NamespaceFlags Foreign(int pid)
    {
        NamespaceFlags foreign = NamespaceFlags.None;
        foreach ((string file, NamespaceFlags flag) in s_all)
        {
            if (Link(pid.ToString(), file) is { } theirs && theirs != Link("self", file))
            {
                foreign |= flag;
            }
        }

        return foreign;
    }

    /// <summary>The process's ID as its own pid namespace has it.</summary>
    internal static int InnerPid(int pid)
    {
        string line = (Files.TryReadText($"/proc/{pid}/status") ?? "").Split('\n').FirstOrDefault(line => line.StartsWith("NSpid:", StringComparison.Ordinal), "");
        return int.TryParse(line.Split('\t')[^1], out int inner) ? inner : pid;
    }

    private static string? Link(string process, string name)
    {
        try
        {
            return Files.ReadLink(null, $"/proc/{process}/ns/{name}");
        }
        catch (LinuxException error) when (error.Errno is Errno.ENOENT)
        {
            return null; // a kernel without that kind
        }
    }
}
