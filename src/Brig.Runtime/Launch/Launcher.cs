using Brig.Linux;
using Brig.Oci;
using Brig.Oci.Runtime;
using Brig.Runtime.Seccomp;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Launch;

/// <summary>
/// Starts processes in containers. Only for programs with one managed thread (the monitor and <c>brig oci</c>) that keep
/// their descriptors 0 to 2 open and run with umask 0.
/// </summary>
public static class Launcher
{
    /// <summary>Clones a container's first process, up to the point where it waits for <see cref="LaunchedProcess.Continue"/>.</summary>
    public static LaunchedProcess Start(LaunchRequest request)
    {
        RuntimeSpec spec = request.Spec;
        using NamespaceSet namespaces = NamespaceSet.Of(spec);
        using MountPreparation mounts = new(request);
        SafeFileHandle? terminals = spec.Process!.Terminal
            ? mounts.Terminals ?? throw BrigException.Invalid("process.terminal: the container has no devpts mount")
            : null;
        List<SafeFileHandle?> nulls = NullDevices(spec);
        try
        {
            if ((namespaces.Made & NamespaceFlags.CLONE_NEWTIME) != 0)
            {
                TimeNamespaces.Make(spec.Linux?.TimeOffsets);
            }

            // The cgroup namespace is made once the process is in its cgroups, the user namespace by the program that launches.
            NamespaceFlags made = namespaces.Made & ~(NamespaceFlags.CLONE_NEWCGROUP | NamespaceFlags.CLONE_NEWTIME | NamespaceFlags.CLONE_NEWUSER);
            Func<NativePlan, int, int, (int Pid, int PidFd)> clone = (plan, report, cgroup) => CloneChild.Start(plan, report, made, cgroup, request.Sibling);
            return Clone(
                Streams(request.Options, terminals, spec.Process, keepTerminals: true),
                request.Cgroup,
                spec.Linux?.Seccomp is { } policy && SeccompFlags.Notifies(policy) && !spec.Process.NoNewPrivileges,
                (streams, tasks) => LaunchPlan.ForContainer(request, namespaces, mounts.Mounts, streams, tasks, nulls),
                namespaces.JoinedPid is { } pid ? (plan, report, cgroup) => Namespaces.WithPidNamespaceOf(pid.Handle, () => clone(plan, report, cgroup)) : clone);
        }
        finally
        {
            nulls.ForEach(handle => handle?.Dispose());
        }
    }

    /// <summary>Clones a further process into a running container, up to the point where it waits for <see cref="LaunchedProcess.Continue"/>.</summary>
    public static LaunchedProcess Start(ExecRequest request)
    {
        SafeFileHandle? terminals = request.Process.Terminal
            ? request.Terminals ?? throw BrigException.Invalid("process.terminal: the container has no devpts mount")
            : null;
        return Clone(
            Streams(request.Options, terminals, request.Process, keepTerminals: false),
            request.Cgroup,
            request.Seccomp is { } policy && SeccompFlags.Notifies(policy),
            (streams, tasks) => LaunchPlan.ForExec(request, streams, tasks),
            (plan, report, cgroup) => (request.Namespaces & NamespaceFlags.CLONE_NEWPID) == 0
                ? CloneChild.Start(plan, report, NamespaceFlags.None, cgroup, sibling: false)
                : Namespaces.WithPidNamespaceOf(request.Init, () => CloneChild.Start(plan, report, NamespaceFlags.None, cgroup, sibling: false)));
    }

    private static ProcessStreams Streams(LaunchOptions options, SafeFileHandle? terminals, ProcessSpec process, bool keepTerminals) =>
        terminals is null && (options & LaunchOptions.InheritStreams) != 0
            ? ProcessStreams.Inherit(process.User.Uid)
            : ProcessStreams.Create(terminals, process.User.Uid, keepTerminals, process.ConsoleSize);

    private static LaunchedProcess Clone(
        ProcessStreams streams, Cgroup? cgroup, bool notifies,
        Func<LaunchStreams, IReadOnlyList<SafeFileHandle>, LaunchPlan> build,
        Func<NativePlan, int, int, (int Pid, int PidFd)> clone)
    {
        (SafeFileHandle goRead, SafeFileHandle goWrite) = Pipes.Create();
        (SafeFileHandle reportRead, SafeFileHandle reportWrite) = Pipes.Create();
        List<SafeFileHandle> tasks = [];
        NativePlan? native = null;
        try
        {
            tasks.AddRange(cgroup?.OpenTasks() ?? []);
            using SafeFileHandle? directory = cgroup?.OpenUnified();
            LaunchPlan plan = build(new LaunchStreams(streams.ChildInput, streams.ChildOutput, streams.ChildError, goRead, goWrite, reportWrite, streams.Number), tasks);
            native = new NativePlan(plan.Steps);
            (int pid, int pidFd) = clone(native, Files.Number(reportWrite), directory is null ? -1 : Files.Number(directory));
            streams.CloseChildEnds();
            return new LaunchedProcess(pid, new SafeFileHandle(pidFd, ownsHandle: true), native, goWrite, reportRead, streams) { Notifies = notifies };
        }
        catch
        {
            native?.Dispose();
            streams.Close();
            goWrite.Dispose();
            reportRead.Dispose();
            throw;
        }
        finally
        {
            tasks.ForEach(handle => handle.Dispose());
            goRead.Dispose();
            reportWrite.Dispose();
        }
    }

    /// <summary>
    /// A detached copy of the host's null device for each path to mask, null where none will be needed; checked, since whoever can replace
    /// it could lay a file of his choice over /proc (CVE-2025-31133).
    /// </summary>
    private static List<SafeFileHandle?> NullDevices(RuntimeSpec spec)
    {
        List<SafeFileHandle?> copies = [];
        foreach (string path in spec.Linux?.MaskedPaths ?? [])
        {
            SafeFileHandle? copy = MayBeFile(spec, path) ? Mounts.OpenTree(null, "/dev/null", recursive: false) : null;
            copies.Add(copy);
            if (copy is not null && Files.Stat(copy) is not { Type: FileType.CharacterDevice, RdevMajor: 1, RdevMinor: 3 })
            {
                copies.ForEach(handle => handle?.Dispose());
                throw new BrigException(ErrorKind.Internal, "/dev/null of this machine is not the null device");
            }
        }

        return copies;
    }

    /// <summary>
    /// What this kernel does not have, or has as a directory, the container's procfs and sysfs will show no other way. A copy that is
    /// never used costs an RCU grace period at the exec (measured: 0.3 ms each).
    /// </summary>
    private static bool MayBeFile(RuntimeSpec spec, string path)
    {
        bool kernels = (spec.Mounts ?? []).Any(mount => mount is { Type: "proc", Destination: "/proc" } or { Type: "sysfs", Destination: "/sys" }
            && path.StartsWith(mount.Destination + "/", StringComparison.Ordinal));
        return !kernels || Files.TryStat(null, path) is { IsDirectory: false };
    }
}
