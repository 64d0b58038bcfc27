using Brig.Linux;
using Brig.Oci.Runtime;
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
        using MountPreparation mounts = new(spec, request.Root, request.Trees);
        SafeFileHandle? terminals = spec.Process!.Terminal
            ? mounts.Terminals ?? throw BrigException.Invalid("process.terminal: the container has no devpts mount")
            : null;
        NamespaceFlags namespaces = NamespacesOf(spec) & ~NamespaceFlags.CLONE_NEWCGROUP;
        List<SafeFileHandle> nulls = NullDevices(spec.Linux?.MaskedPaths?.Count ?? 0);
        try
        {
            return Clone(
                ProcessStreams.Create(terminals, spec.Process.User.Uid, keepTerminals: true),
                request.Cgroup,
                (streams, tasks) => LaunchPlan.ForContainer(spec, request.Root, mounts.Mounts, streams, tasks, nulls),
                (plan, report, cgroup) => CloneChild.Start(plan, report, namespaces, cgroup));
        }
        finally
        {
            nulls.ForEach(handle => handle.Dispose());
        }
    }

    /// <summary>Clones a further process into a running container, up to the point where it waits for <see cref="LaunchedProcess.Continue"/>.</summary>
    public static LaunchedProcess Start(ExecRequest request)
    {
        SafeFileHandle? terminals = request.Process.Terminal
            ? request.Terminals ?? throw BrigException.Invalid("process.terminal: the container has no devpts mount")
            : null;
        return Clone(
            ProcessStreams.Create(terminals, request.Process.User.Uid, keepTerminals: false),
            request.Cgroup,
            (streams, tasks) => LaunchPlan.ForExec(request.Process, request.Seccomp, request.Init, request.Namespaces, streams, tasks),
            (plan, report, cgroup) => (request.Namespaces & NamespaceFlags.CLONE_NEWPID) == 0
                ? CloneChild.Start(plan, report, NamespaceFlags.None, cgroup)
                : Namespaces.WithPidNamespaceOf(request.Init, () => CloneChild.Start(plan, report, NamespaceFlags.None, cgroup)));
    }

    /// <summary>The namespaces that a specification makes new.</summary>
    public static NamespaceFlags NamespacesOf(RuntimeSpec spec)
    {
        NamespaceFlags flags = NamespaceFlags.None;
        foreach (NamespaceSpec space in spec.Linux?.Namespaces ?? [])
        {
            flags |= space.Type switch
            {
                "pid" => NamespaceFlags.CLONE_NEWPID,
                "network" => NamespaceFlags.CLONE_NEWNET,
                "mount" => NamespaceFlags.CLONE_NEWNS,
                "ipc" => NamespaceFlags.CLONE_NEWIPC,
                "uts" => NamespaceFlags.CLONE_NEWUTS,
                "cgroup" => NamespaceFlags.CLONE_NEWCGROUP,
                _ => throw BrigException.Unsupported($"linux.namespaces: type \"{Oci.Text.Quote(space.Type)}\""),
            };
        }

        return flags;
    }

    private static LaunchedProcess Clone(
        ProcessStreams streams, Cgroup? cgroup,
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
            LaunchPlan plan = build(new LaunchStreams(streams.ChildInput, streams.ChildOutput, streams.ChildError, goRead, goWrite, streams.Number), tasks);
            native = new NativePlan(plan.Steps);
            (int pid, int pidFd) = clone(native, Files.Number(reportWrite), directory is null ? -1 : Files.Number(directory));
            streams.CloseChildEnds();
            return new LaunchedProcess(pid, new SafeFileHandle(pidFd, ownsHandle: true), native, goWrite, reportRead, streams);
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

    /// <summary>Detached copies of the host's null device, one for each path to mask; checked, since whoever can replace it could lay a file of his choice over /proc (CVE-2025-31133).</summary>
    private static List<SafeFileHandle> NullDevices(int count)
    {
        List<SafeFileHandle> copies = [];
        for (int i = 0; i < count; i++)
        {
            SafeFileHandle copy = Mounts.OpenTree(null, "/dev/null", recursive: false);
            copies.Add(copy);
            if (Files.Stat(copy) is not { Type: FileType.CharacterDevice, RdevMajor: 1, RdevMinor: 3 })
            {
                copies.ForEach(handle => handle.Dispose());
                throw new BrigException(ErrorKind.Internal, "/dev/null of this machine is not the null device");
            }
        }

        return copies;
    }
}
