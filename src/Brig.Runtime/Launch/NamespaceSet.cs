using Brig.Linux;
using Brig.Oci;
using Brig.Oci.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Launch;

/// <summary>The namespaces of a specification, told apart: those to make and those to join (runtime-spec config-linux.md#namespaces).</summary>
internal sealed class NamespaceSet : IDisposable
{
    private static readonly string[] s_order = ["user", "ipc", "uts", "network", "pid", "cgroup", "time", "mount"];

    private readonly List<JoinedNamespace> _joined = [];

    private NamespaceSet(NamespaceFlags made) => Made = made;

    internal NamespaceFlags Made { get; private set; }

    /// <summary>In the order in which they can be joined: the user namespace gives the right to the others, the mount namespace takes the view of them.</summary>
    internal IReadOnlyList<JoinedNamespace> Joined => _joined;

    internal JoinedNamespace? JoinedPid => _joined.Find(space => space.Type == NamespaceFlags.CLONE_NEWPID);

    internal bool Has(NamespaceFlags type) => (Made & type) != 0 || _joined.Exists(space => space.Type == type);

    internal static NamespaceSet Of(RuntimeSpec spec)
    {
        NamespaceSet set = new(NamespacesOf(spec));
        try
        {
            foreach (NamespaceSpec space in (spec.Linux?.Namespaces ?? []).Where(space => space.Path is { Length: > 0 }).OrderBy(space => Array.IndexOf(s_order, space.Type)))
            {
                SafeFileHandle handle = Files.Open(space.Path!, OpenFlags.O_RDONLY);
                set._joined.Add(new JoinedNamespace(Flag(space.Type), space.Path!, handle));
            }

            return set;
        }
        catch
        {
            set.Dispose();
            throw;
        }
    }

    /// <summary>The namespaces that a specification makes new.</summary>
    internal static NamespaceFlags NamespacesOf(RuntimeSpec spec)
    {
        NamespaceFlags flags = NamespaceFlags.None;
        foreach (NamespaceSpec space in spec.Linux?.Namespaces ?? [])
        {
            flags |= space.Path is { Length: > 0 } ? NamespaceFlags.None : Flag(space.Type);
        }

        return flags;
    }

    internal static NamespaceFlags Flag(string type) => type switch
    {
        "pid" => NamespaceFlags.CLONE_NEWPID,
        "network" => NamespaceFlags.CLONE_NEWNET,
        "mount" => NamespaceFlags.CLONE_NEWNS,
        "ipc" => NamespaceFlags.CLONE_NEWIPC,
        "uts" => NamespaceFlags.CLONE_NEWUTS,
        "cgroup" => NamespaceFlags.CLONE_NEWCGROUP,
        "user" => NamespaceFlags.CLONE_NEWUSER,
        "time" => NamespaceFlags.CLONE_NEWTIME,
        _ => throw BrigException.Invalid($"linux.namespaces: unknown type \"{Oci.Text.Quote(type)}\""),
    };

    public void Dispose() => _joined.ForEach(space => space.Dispose());
}
