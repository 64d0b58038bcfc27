using System.Text;
using Brig.Linux;
using Brig.Oci.Runtime;

namespace Brig.Runtime.Launch;

/// <summary>The steps that join namespaces, and what is set in those that are new.</summary>
internal static class NamespaceSteps
{
    internal static void Add(List<LaunchStep> steps, NamespaceSet namespaces, RuntimeSpec spec, bool loopback)
    {
        // The pid namespace was entered by the clone, a user namespace by the program that clones.
        foreach (JoinedNamespace joined in namespaces.Joined.Where(joined => joined.Type is not (NamespaceFlags.CLONE_NEWPID or NamespaceFlags.CLONE_NEWUSER)))
        {
            steps.Add(new("setns", joined.Path, SyscallNumber.Setns, [joined.Handle, (uint)joined.Type]));
        }

        if ((namespaces.Made & NamespaceFlags.CLONE_NEWCGROUP) != 0)
        {
            // After joining the cgroups: the namespace's root is where its maker is.
            steps.Add(new("unshare cgroup namespace", null, SyscallNumber.Unshare, [(uint)NamespaceFlags.CLONE_NEWCGROUP]));
        }

        if (namespaces.Has(NamespaceFlags.CLONE_NEWUTS))
        {
            AddName(steps, "sethostname", SyscallNumber.Sethostname, spec.Hostname);
            AddName(steps, "setdomainname", SyscallNumber.Setdomainname, spec.Domainname);
        }

        if (loopback && (namespaces.Made & NamespaceFlags.CLONE_NEWNET) != 0)
        {
            AddLoopback(steps);
        }
    }

    private static void AddName(List<LaunchStep> steps, string operation, int number, string? name)
    {
        if (name is { Length: > 0 })
        {
            steps.Add(new(operation, name, number, [name, Encoding.UTF8.GetByteCount(name)]));
        }
    }

    /// <summary>SIOCSIFFLAGS on a struct ifreq (man 7 netdevice).</summary>
    private static void AddLoopback(List<LaunchStep> steps)
    {
        const int AF_INET = 2, SOCK_DGRAM = 2, SOCK_CLOEXEC = 0x80000, SIOCSIFFLAGS = 0x8914, IFF_UP = 1, Socket = 0;
        byte[] request = new byte[40];
        "lo"u8.CopyTo(request);
        request[16] = IFF_UP;
        steps.Add(new("socket", null, SyscallNumber.Socket, [AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0]) { Slot = Socket });
        steps.Add(new("loopback", null, SyscallNumber.Ioctl, [LaunchArgument.Slot(Socket), SIOCSIFFLAGS, LaunchArgument.Bytes(request)]));
    }
}
