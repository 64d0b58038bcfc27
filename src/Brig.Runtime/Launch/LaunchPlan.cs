using Brig.Linux;
using Brig.Oci.Runtime;
using Brig.Runtime.Seccomp;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Launch;

/// <summary>
/// The steps by which a clone becomes a container's process, built from the specification without touching the kernel.
/// Read from top to bottom, this is everything that happens in the child.
/// </summary>
internal sealed class LaunchPlan
{
    /// <summary>What the child writes as a step's index to say that it has come to a point, not that it failed.</summary>
    internal const int ReachedHooks = -1;

    private readonly List<LaunchStep> _steps = [];

    internal IReadOnlyList<LaunchStep> Steps => _steps;

    /// <summary>The steps of a container's first process.</summary>
    internal static LaunchPlan ForContainer(LaunchRequest request, NamespaceSet namespaces, IReadOnlyList<PreparedMount> mounts, LaunchStreams streams, IReadOnlyList<SafeFileHandle> cgroupTasks, IReadOnlyList<SafeFileHandle?> nulls)
    {
        LaunchPlan plan = new();
        RuntimeSpec spec = request.Spec;
        LinuxSpec linux = spec.Linux ?? new LinuxSpec();
        plan.LetGoOf(streams);
        if (Wants(request, LaunchOptions.AwaitPlacement))
        {
            plan.Await(streams, "its place among the cgroups");
        }

        plan.JoinCgroups(cgroupTasks);
        NamespaceSteps.Add(plan._steps, namespaces, spec, Wants(request, LaunchOptions.Loopback));
        if (namespaces.Has(NamespaceFlags.CLONE_NEWNS))
        {
            plan.EnterMounts(request, mounts, streams);
        }
        else
        {
            RootSteps.AddChroot(plan._steps, request.Root);
        }

        bool hasProc = mounts.Any(mount => mount is { Type: "proc", Destination: "/proc" });
        PathSteps.AddSysctls(plan._steps, linux.Sysctl, hasProc);
        PathSteps.AddLabels(plan._steps, spec.Process!, hasProc || linux.Sysctl is { Count: > 0 });
        foreach (string path in linux.ReadonlyPaths ?? [])
        {
            PathSteps.AddReadOnly(plan._steps, path, hasProc);
        }

        int used = 0;
        foreach (string path in linux.MaskedPaths ?? [])
        {
            PathSteps.AddMask(plan._steps, path, nulls[used++], hasProc);
        }

        if (spec.Root?.Readonly ?? false)
        {
            plan.Add("mount_setattr", "/", SyscallNumber.MountSetattr, request.Root, "", Libc.AT_EMPTY_PATH, LaunchArgument.Of(new MountAttributesArgument { Set = (ulong)MountAttributes.MOUNT_ATTR_RDONLY }), 32);
        }

        RootSteps.AddPropagation(plan._steps, linux.RootfsPropagation);
        if (Wants(request, LaunchOptions.NewKeyring))
        {
            ProcessSteps.AddKeyring(plan._steps);
        }

        ProcessSteps.AddKernelAttributes(plan._steps, spec.Process!, linux);
        plan.Become(spec.Process!, linux.Seccomp, streams, request);
        return plan;
    }

    /// <summary>The steps of a further process in a running container.</summary>
    internal static LaunchPlan ForExec(ExecRequest request, LaunchStreams streams, IReadOnlyList<SafeFileHandle> cgroupTasks)
    {
        LaunchPlan plan = new();
        plan.LetGoOf(streams);
        ProcessSteps.AddAffinity(plan._steps, request.Process.ExecCpuAffinity?.Initial);
        plan.JoinCgroups(cgroupTasks);
        ProcessSteps.AddAffinity(plan._steps, request.Process.ExecCpuAffinity?.Final);

        // Its pid namespace was entered by the clone itself.
        if ((request.Namespaces & ~NamespaceFlags.CLONE_NEWPID) is not NamespaceFlags.None and NamespaceFlags joined)
        {
            plan.Add("setns", "the container's namespaces", SyscallNumber.Setns, request.Init, (uint)joined);
        }

        PathSteps.AddLabels(plan._steps, request.Process, hasProc: false);
        ProcessSteps.AddKernelAttributes(plan._steps, request.Process, new LinuxSpec { Personality = request.Personality });
        plan.Become(request.Process, request.Seccomp, streams, new LaunchRequest
        {
            Spec = new RuntimeSpec { OciVersion = "" },
            Root = request.Init,
            Options = request.Options,
            PreservedDescriptors = request.PreservedDescriptors,
            Umask = request.Umask,
        }, request.Program);
        return plan;
    }

    private static bool Wants(LaunchRequest request, LaunchOptions option) => (request.Options & option) != 0;

    private void Add(string operation, string? subject, int number, params LaunchArgument[] arguments) =>
        _steps.Add(new(operation, subject, number, arguments));

    /// <summary>Had the child the parent's end too, it would wait for ever for a parent that died.</summary>
    private void LetGoOf(LaunchStreams streams) => Add("close", "the engine's end of a pipe", SyscallNumber.Close, streams.GoWrite);

    private void Await(LaunchStreams streams, string subject) => Add("await", subject, LaunchStep.Await, streams.Go);

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

    private void EnterMounts(LaunchRequest request, IReadOnlyList<PreparedMount> mounts, LaunchStreams streams)
    {
        bool pivots = !Wants(request, LaunchOptions.NoPivot);
        RootSteps.AddAttach(_steps, request.Root, pivots ? request.RootPath : null, request.Spec.Linux?.RootfsPropagation);
        foreach (PreparedMount mount in mounts)
        {
            MountSteps.Add(_steps, request.Root, mount);
        }

        if (streams.TerminalNumber is int number)
        {
            MountSteps.AddConsole(_steps, request.Root, number);
        }

        foreach (PreparedMount mount in mounts.Where(mount => mount is { Destination: "/dev", Type: "tmpfs" } && (mount.Options.Set & MountAttributes.MOUNT_ATTR_RDONLY) != 0))
        {
            // Closed only now: what lies below had to come in.
            Add("mount_setattr", mount.Destination, SyscallNumber.MountSetattr, mount.Tree!, "", Libc.AT_EMPTY_PATH, LaunchArgument.Of(new MountAttributesArgument { Set = (ulong)MountAttributes.MOUNT_ATTR_RDONLY }), 32);
        }

        if (Wants(request, LaunchOptions.AwaitHooks))
        {
            Add("report", null, SyscallNumber.Write, streams.Report, LaunchArgument.Of((ReachedHooks, 0)), 8);
            Await(streams, "the hooks");
        }

        if (pivots)
        {
            RootSteps.AddPivot(_steps, request.Root);
        }
        else
        {
            RootSteps.AddChroot(_steps, request.Root);
        }
    }

    private void Become(ProcessSpec process, SeccompSpec? seccomp, LaunchStreams streams, LaunchRequest request, string? program = null)
    {
        const int TIOCSCTTY = 0x540E, PR_SET_DUMPABLE = 4;

        // Until execve nobody in the container may look through this process at what it still holds (CVE-2016-9962, CVE-2019-5736).
        Add("not dumpable", null, SyscallNumber.Prctl, PR_SET_DUMPABLE, 0, 0, 0, 0);
        Add("setsid", null, SyscallNumber.Setsid);
        if (streams.TerminalNumber is not null)
        {
            Add("controlling terminal", null, SyscallNumber.Ioctl, streams.Input, TIOCSCTTY, 0);
        }

        // dup3 refuses equal numbers; the parent keeps 0 to 2 for itself, so none of these is one of them.
        Add("standard input", null, SyscallNumber.Dup3, streams.Input, 0, 0);
        Add("standard output", null, SyscallNumber.Dup3, streams.Output, 1, 0);
        Add("standard error", null, SyscallNumber.Dup3, streams.Error, 2, 0);
        ResourceLimits.Add(_steps, process.Rlimits);

        // Until here the parent was at work on what needs the new namespaces (the network) at the same time.
        Await(streams, "the engine");
        Add("umask", null, SyscallNumber.Umask, process.User.Umask ?? request.Umask);
        PathSteps.AddWorkingDirectory(_steps, process.Cwd);
        LaunchStep? filter = ProcessCredentials.Add(_steps, process, seccomp);
        bool notifies = seccomp is not null && SeccompFlags.Notifies(seccomp);
        if (notifies && filter is null)
        {
            Await(streams, "the seccomp agent");
        }

        // Once more as the process's user: what it may not enter it does not start in.
        Add("chdir", process.Cwd, SyscallNumber.Chdir, ".");
        if (Wants(request, LaunchOptions.DieWithParent))
        {
            // After the change of user, which would clear it (man 2 PR_SET_PDEATHSIG): no container outlives its monitor.
            const int PR_SET_PDEATHSIG = 1, SIGKILL = 9;
            Add("parent death signal", null, SyscallNumber.Prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
        }

        ExecutableSearch.AddCheck(_steps, process, program);
        const int CLOSE_RANGE_CLOEXEC = 4, SIG_SETMASK = 2, O_CLOEXEC = 0x80000;
        Add("close_range", null, SyscallNumber.CloseRange, 3 + request.PreservedDescriptors, uint.MaxValue, CLOSE_RANGE_CLOEXEC);
        Add("reset signals", null, LaunchStep.ResetSignals);
        Add("sigprocmask", null, SyscallNumber.RtSigprocmask, SIG_SETMASK, LaunchArgument.Of(0UL), 0, 8);
        if (request.Gate is { } gate)
        {
            // The report moves to the gate: its launcher reads the end of the pipe and knows that the container is made.
            Add("report", null, SyscallNumber.Dup3, gate.Report, streams.Report, O_CLOEXEC);
            Add("close", null, SyscallNumber.Close, gate.Report);
            Add("await", "start", LaunchStep.Await, gate.Go);
        }

        if (filter is not null)
        {
            _steps.Add(filter);
            if (notifies)
            {
                Add("await", "the seccomp agent", LaunchStep.Await, request.Gate?.Go ?? streams.Go);
            }
        }

        ExecutableSearch.Add(_steps, process, program);
    }
}
