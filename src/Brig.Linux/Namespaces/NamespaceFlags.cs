namespace Brig.Linux;

/// <summary>The namespaces, as clone(2), unshare(2) and setns(2) name them.</summary>
[Flags]
public enum NamespaceFlags : uint
{
    None = 0,
    CLONE_NEWTIME = 0x80,
    CLONE_NEWNS = 0x00020000,
    CLONE_NEWCGROUP = 0x02000000,
    CLONE_NEWUTS = 0x04000000,
    CLONE_NEWIPC = 0x08000000,
    CLONE_NEWUSER = 0x10000000,
    CLONE_NEWPID = 0x20000000,
    CLONE_NEWNET = 0x40000000,
}
