using Brig.Linux;
using Brig.Oci.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Launch;

/// <summary>The steps by which a clone becomes a container's process, built from the specification without touching the kernel.</summary>
internal sealed class LaunchPlan
{
    private const int O_CLOEXEC = 0x80000;
    private readonly List<LaunchStep> _steps = [];

    internal IReadOnlyList<LaunchStep> Steps => _steps;

    /// <summary>The steps of a container's first process.</summary>
    internal static LaunchPlan ForContainer(RuntimeSpec spec, SafeFileHandle root, IReadOnlyList<PreparedMount> mounts, LaunchStreams streams, IReadOnlyList<SafeFileHandle> cgroupTasks, IReadOnlyList<SafeFileHandle> nulls)
    {
        LaunchPlan plan = new();
        LinuxSpec linux = spec.Linux ?? new LinuxSpec();
        bool Has(string type) => linux.Namespaces?.Any(space => space.Type == type) ?? false;

        plan.LetGoOf(streams);
        plan.JoinCgroups(cgroupTasks);
        if (Has("cgroup"))
        {
            // After joining: the namespace's root is where its maker is.
            plan.Add("unshare cgroup namespace", null, SyscallNumber.Unshare, (uint)NamespaceFlags.CLONE_NEWCGROUP);
        }

        plan.EnterRoot(root, linux.RootfsPropagation);
        foreach (PreparedMount mount in mounts)
        {
            plan.Mount(mount);
        }

        if (streams.TerminalNumber is int number)
        {
            plan.Console(number);
        }

        if (Has("uts") && spec.Hostname is { Length: > 0 } hostname)
        {
            plan.Add("sethostname", hostname, SyscallNumber.Sethostname, hostname, System.Text.Encoding.UTF8.GetByteCount(hostname));
        }

        if (Has("uts") && spec.Domainname is { Length: > 0 } domainname)
        {
            plan.Add("setdomainname", domainname, SyscallNumber.Setdomainname, domainname, System.Text.Encoding.UTF8.GetByteCount(domainname));
        }

        // Before /proc/sys becomes read-only.
        foreach ((string key, string value) in linux.Sysctl ?? new Dictionary<string, string>())
        {
            plan.WriteFile("sysctl " + key, "/proc/sys/" + key.Replace('.', '/'), value);
        }

        foreach (string path in linux.ReadonlyPaths ?? [])
        {
            plan.MakeReadOnly(path);
        }

        int used = 0;
        foreach (string path in linux.MaskedPaths ?? [])
        {
            plan.Mask(path, nulls[used++]);
        }

        if (spec.Root?.Readonly ?? false)
        {
            plan.Add("mount_setattr", "/", SyscallNumber.MountSetattr, Libc.AT_FDCWD, "/", 0, LaunchArgument.Of(new MountAttributesArgument { Set = (ulong)MountAttributes.MOUNT_ATTR_RDONLY }), 32);
        }

        plan.Become(spec.Process!, linux.Seccomp, streams);
        return plan;
    }

    /// <summary>The steps of a further process in a running container.</summary>
    /// <param name="init">A pidfd of a process whose namespaces are joined; its pid namespace was entered by the clone itself.</param>
    internal static LaunchPlan ForExec(ProcessSpec process, SeccompSpec? seccomp, SafeFileHandle init, NamespaceFlags namespaces, LaunchStreams streams, IReadOnlyList<SafeFileHandle> cgroupTasks)
    {
        LaunchPlan plan = new();
        plan.LetGoOf(streams);
        plan.JoinCgroups(cgroupTasks);
        plan.Add("setns", "the container's namespaces", SyscallNumber.Setns, init, (uint)(namespaces & ~NamespaceFlags.CLONE_NEWPID));
        plan.Become(process, seccomp, streams);
        return plan;
    }

    private void Add(string operation, string? subject, int number, params LaunchArgument[] arguments) =>
        _steps.Add(new(operation, subject, number, arguments));

    private void Add(LaunchStep step) => _steps.Add(step);

    /// <summary>Had the child the parent's end too, it would wait for ever for a parent that died.</summary>
    private void LetGoOf(LaunchStreams streams) => Add("close", "the engine's end of a pipe", SyscallNumber.Close, streams.GoWrite);

    /// <summary>
    /// cgroup v1: a task that moves itself ("0" in tasks) takes no global lock, while being moved by another costs an RCU
    /// grace period, 8 to 14 ms (measured). On v2 the clone itself starts in the cgroup.
    /// </summary>
    private void JoinCgroups(IReadOnlyList<SafeFileHandle> tasks)
    {
        foreach (SafeFileHandle file in tasks)
        {
            Add("join cgroup", null, SyscallNumber.Write, file, "0", 1);
        }
    }

    private void EnterRoot(SafeFileHandle root, string? propagation)
    {
        const int MS_REC = 0x4000, MS_PRIVATE = 1 << 18, MS_SLAVE = 1 << 19, MNT_DETACH = 2;
        bool slave = propagation is "slave" or "rslave" or "shared" or "rshared";
        Add("make mounts private", "/", SyscallNumber.Mount, "", "/", 0, MS_REC | (slave ? MS_SLAVE : MS_PRIVATE), 0);
        MoveMount(root, "/");
        Add("fchdir", "the root file system", SyscallNumber.Fchdir, root);

        // The new root lies over the old one; pivoting it with itself leaves the old one on top, to be taken off (man 2 pivot_root).
        Add("pivot_root", null, SyscallNumber.PivotRoot, ".", ".");
        Add("unmount the host", null, SyscallNumber.Umount2, ".", MNT_DETACH);
        Add("chdir", "/", SyscallNumber.Chdir, "/");
    }

    private void Mount(PreparedMount mount)
    {
        if (mount.Tree is not null)
        {
            MoveMount(mount.Tree, mount.Destination);
            return;
        }

        const int FSCONFIG_SET_FLAG = 0, FSCONFIG_SET_STRING = 1, FSCONFIG_CMD_CREATE = 6, FSOPEN_CLOEXEC = 1, FSMOUNT_CLOEXEC = 1, Context = 0, Made = 1;
        Add(new LaunchStep("mount " + mount.Type, mount.Destination, SyscallNumber.Fsopen, [mount.Type, FSOPEN_CLOEXEC]) { Slot = Context });
        foreach ((string key, string? value) in mount.Options.Data)
        {
            Add("mount option " + key, mount.Destination, SyscallNumber.Fsconfig, LaunchArgument.Slot(Context),
                value is null ? FSCONFIG_SET_FLAG : FSCONFIG_SET_STRING, key, value is null ? 0 : value, 0);
        }

        Add("mount", mount.Destination, SyscallNumber.Fsconfig, LaunchArgument.Slot(Context), FSCONFIG_CMD_CREATE, 0, 0, 0);
        Add(new LaunchStep("mount", mount.Destination, SyscallNumber.Fsmount, [LaunchArgument.Slot(Context), FSMOUNT_CLOEXEC, (long)mount.Options.Attributes]) { Slot = Made });
        MoveMount(LaunchArgument.Slot(Made), mount.Destination);
        Add("close", null, SyscallNumber.Close, LaunchArgument.Slot(Context));
        Add("close", null, SyscallNumber.Close, LaunchArgument.Slot(Made));
    }

    private void MoveMount(LaunchArgument tree, string destination)
    {
        const int MOVE_MOUNT_F_EMPTY_PATH = 4, MOVE_MOUNT_T_SYMLINKS = 0x10;
        Add("mount", destination, SyscallNumber.MoveMount, tree, "", Libc.AT_FDCWD, destination, MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_SYMLINKS);
    }

    private void Console(int number)
    {
        const int OPEN_TREE_CLONE = 1, Slave = 0;
        string path = $"/dev/pts/{number}";
        Add(new LaunchStep("open_tree", path, SyscallNumber.OpenTree, [Libc.AT_FDCWD, path, OPEN_TREE_CLONE | O_CLOEXEC]) { Slot = Slave });
        MoveMount(LaunchArgument.Slot(Slave), "/dev/console");
    }

    private void WriteFile(string operation, string path, string value)
    {
        const int O_WRONLY = 1, File = 0;
        Add(new LaunchStep(operation, value, SyscallNumber.Openat, [Libc.AT_FDCWD, path, O_WRONLY | O_CLOEXEC, 0]) { Slot = File });
        Add(operation, value, SyscallNumber.Write, LaunchArgument.Slot(File), value, System.Text.Encoding.UTF8.GetByteCount(value));
        Add("close", null, SyscallNumber.Close, LaunchArgument.Slot(File));
    }

    private void MakeReadOnly(string path)
    {
        const int OPEN_TREE_CLONE = 1, Copy = 0;
        Add(new LaunchStep("open_tree", path, SyscallNumber.OpenTree, [Libc.AT_FDCWD, path, OPEN_TREE_CLONE | O_CLOEXEC | Libc.AT_RECURSIVE])
        {
            Slot = Copy,
            Tolerated = [Errno.ENOENT],
            Otherwise = 3,
        });
        Add("mount_setattr", path, SyscallNumber.MountSetattr, LaunchArgument.Slot(Copy), "", Libc.AT_EMPTY_PATH | Libc.AT_RECURSIVE,
            LaunchArgument.Of(new MountAttributesArgument { Set = (ulong)MountAttributes.MOUNT_ATTR_RDONLY }), 32);
        MoveMount(LaunchArgument.Slot(Copy), path);
        Add("close", null, SyscallNumber.Close, LaunchArgument.Slot(Copy));
    }

    /// <summary>Covers a file with the host's own null device (checked by the parent), a directory with an empty one.</summary>
    private void Mask(string path, SafeFileHandle nullDevice)
    {
        const int O_PATH = 0x200000, O_DIRECTORY = 0x10000, FSCONFIG_CMD_CREATE = 6, MOVE_MOUNT_F_EMPTY_PATH = 4, Directory = 0, Context = 1, Made = 2;
        MountAttributes attributes = MountAttributes.MOUNT_ATTR_RDONLY | MountAttributes.MOUNT_ATTR_NOSUID | MountAttributes.MOUNT_ATTR_NODEV | MountAttributes.MOUNT_ATTR_NOEXEC;
        LaunchStep[] directory =
        [
            new("mask", path, SyscallNumber.Fsopen, ["tmpfs", 1]) { Slot = Context },
            new("mask", path, SyscallNumber.Fsconfig, [LaunchArgument.Slot(Context), FSCONFIG_CMD_CREATE, 0, 0, 0]),
            new("mask", path, SyscallNumber.Fsmount, [LaunchArgument.Slot(Context), 1, (long)attributes]) { Slot = Made },
            new("mask", path, SyscallNumber.MoveMount, [LaunchArgument.Slot(Made), "", LaunchArgument.Slot(Directory), "", MOVE_MOUNT_F_EMPTY_PATH | 0x40]),
        ];

        // A directory goes on behind the next step; a file or nothing takes it.
        Add(new LaunchStep("mask", path, SyscallNumber.Openat, [Libc.AT_FDCWD, path, O_PATH | Files.Native((OpenFlags)O_DIRECTORY), 0])
        {
            Slot = Directory,
            Tolerated = [Errno.ENOENT, Errno.ENOTDIR],
            Then = 1,
        });
        Add(new LaunchStep("mask", path, SyscallNumber.MoveMount, [nullDevice, "", Libc.AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH])
        {
            Tolerated = [Errno.ENOENT, Errno.ENOTDIR],
            Then = directory.Length,
            Otherwise = directory.Length,
        });
        _steps.AddRange(directory);
    }

    private void Become(ProcessSpec process, SeccompSpec? seccomp, LaunchStreams streams)
    {
        if (streams.TerminalNumber is not null)
        {
            const int TIOCSCTTY = 0x540E;
            Add("setsid", null, SyscallNumber.Setsid);
            Add("controlling terminal", null, SyscallNumber.Ioctl, streams.Input, TIOCSCTTY, 0);
        }
        else
        {
            Add("setsid", null, SyscallNumber.Setsid);
        }

        // dup3 refuses equal numbers; the parent keeps 0 to 2 for itself, so none of these is one of them.
        Add("standard input", null, SyscallNumber.Dup3, streams.Input, 0, 0);
        Add("standard output", null, SyscallNumber.Dup3, streams.Output, 1, 0);
        Add("standard error", null, SyscallNumber.Dup3, streams.Error, 2, 0);
        foreach (RlimitSpec limit in process.Rlimits ?? [])
        {
            Add("setrlimit " + limit.Type, null, SyscallNumber.Prlimit64, 0, ResourceLimits.Number(limit.Type), LaunchArgument.Of((limit.Soft, limit.Hard)), 0);
        }

        if (process.OomScoreAdj is int score)
        {
            WriteFile("oom_score_adj", "/proc/self/oom_score_adj", score.ToString());
        }

        // Until here the parent was at work on what needs the new namespaces (the network) at the same time.
        Add("await", "the engine", LaunchStep.Await, streams.Go);
        Add("umask", null, SyscallNumber.Umask, process.User.Umask ?? 0x12);
        ProcessCredentials.Add(_steps, process, seccomp);

        // As the process's user: what it may not enter it does not start in.
        Add("chdir", process.Cwd, SyscallNumber.Chdir, process.Cwd);
        const int PR_SET_PDEATHSIG = 1, SIGKILL = 9, CLOSE_RANGE_CLOEXEC = 4, SIG_SETMASK = 2;

        // After the change of user, which would clear it (man 2 PR_SET_PDEATHSIG): no container outlives its monitor.
        Add("parent death signal", null, SyscallNumber.Prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
        Add("close_range", null, SyscallNumber.CloseRange, 3, uint.MaxValue, CLOSE_RANGE_CLOEXEC);
        Add("reset signals", null, LaunchStep.ResetSignals);
        Add("sigprocmask", null, SyscallNumber.RtSigprocmask, SIG_SETMASK, LaunchArgument.Of(0UL), 0, 8);
        ExecutableSearch.Add(_steps, process);
    }
}
