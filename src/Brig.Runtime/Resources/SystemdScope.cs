using Brig.Linux;
using Brig.Oci;
using Brig.Oci.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Resources;

/// <summary>
/// A container's cgroup as a scope of systemd's, where that owns the tree: the path is <c>slice:prefix:name</c>. The words with systemd are
/// a program of their own (<c>brig oci-systemd</c>), since they need threads that this one must not have.
/// </summary>
internal sealed class SystemdScope
{
    private SystemdScope(string name, string slice) => (Name, Slice) = (name, slice);

    /// <summary>The unit.</summary>
    internal string Name { get; }

    internal string Slice { get; }

    internal static SystemdScope Named(string name) => new(name, "");

    internal static SystemdScope Parse(string id, string? path)
    {
        string[] parts = path is { Length: > 0 } ? path.Split(':') : ["", "brig", id];
        if (parts.Length != 3 || parts.Any(part => part.Contains('/', StringComparison.Ordinal)) || parts[2].Length == 0)
        {
            throw BrigException.Invalid($"linux.cgroupsPath: expected cgroupsPath to be of format \"slice:prefix:name\" for systemd cgroups, got \"{Oci.Text.Quote(path ?? "")}\" instead");
        }

        string slice = parts[0].Length > 0 ? parts[0] : Processes.UserId == 0 ? "system.slice" : "user.slice";
        return new(parts[1].Length > 0 ? $"{parts[1]}-{parts[2]}.scope" : $"{parts[2]}.scope", slice.EndsWith(".slice", StringComparison.Ordinal) ? slice : slice + ".slice");
    }

    /// <summary>Has systemd move a process into a new scope; gives the cgroup's name once it is there.</summary>
    internal string Start(int pid, RuntimeSpec spec, IReadOnlyList<string> limits)
    {
        Ask(["start", Name, Slice, pid.ToString(), spec.Annotations?.GetValueOrDefault("org.systemd.property.Description") ?? $"container {Name}", .. limits]);
        const int Attempts = 3000;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            if (Find(pid) is { } path)
            {
                return path;
            }

            Thread.Sleep(10);
        }

        throw BrigException.Unavailable($"systemd did not move the container into {Name} within half a minute");
    }

    /// <summary>Changes limits that it has as properties.</summary>
    internal void Set(IReadOnlyList<string> limits)
    {
        if (limits.Count > 0)
        {
            Ask(["set", Name, .. limits]);
        }
    }

    internal void Stop() => Ask("stop", Name);

    private string? Find(int pid)
    {
        foreach (string line in (Files.TryReadText($"/proc/{pid}/cgroup") ?? "").Split('\n'))
        {
            // "0::/system.slice/x.scope", or with cgroup v1 "1:name=systemd:/…".
            string[] fields = line.Split(':', 3);
            if (fields.Length == 3 && (fields[1].Length == 0 || fields[1] == "name=systemd") && fields[2].EndsWith("/" + Name, StringComparison.Ordinal))
            {
                return fields[2].TrimStart('/');
            }
        }

        return null;
    }

    private static void Ask(params string[] words)
    {
        (SafeFileHandle read, SafeFileHandle write) = Pipes.Create();
        using (read)
        {
            int pid;
            using (write)
            using (SafeFileHandle nothing = Files.Open("/dev/null", OpenFlags.O_RDWR))
            {
                string[] environment = [.. ((IEnumerable<string>)["DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"])
                    .Select(name => (name, Environment.GetEnvironmentVariable(name))).Where(pair => pair.Item2 is not null).Select(pair => $"{pair.name}={pair.Item2}")];
                pid = Processes.Spawn("/proc/self/exe", ["brig", "oci-systemd", .. words], environment, [nothing, nothing, write]);
            }

            string said = System.Text.Encoding.UTF8.GetString(Files.ReadAll(read)).Trim();
            if (Processes.Wait(pid) != 0)
            {
                throw BrigException.Unavailable($"systemd: {Oci.Text.Quote(said)}");
            }
        }
    }
}
