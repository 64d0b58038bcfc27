using Brig.Linux;
using Brig.Oci;
using Brig.Oci.Runtime;
using Brig.Runtime.Bundles;
using Brig.Runtime.Hooks;
using Brig.Runtime.Launch;
using Brig.Runtime.Resources;
using Brig.Runtime.Seccomp;
using Brig.Runtime.State;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Verbs;

/// <summary>Makes a container whose process waits to be started (runtime-spec runtime.md#create). What was made is taken back where any of it fails.</summary>
public sealed class CreateContainer(RuntimeRoot root, RuntimeSettings settings)
{
    /// <summary>Creates it.</summary>
    /// <returns>The container, and its terminal's master where nobody else took it.</returns>
    public (RuntimeContainer Container, SafeFileHandle? Terminal) Run(CreateRequest request)
    {
        Bundle bundle = Bundle.Open(request.Bundle);
        Check(bundle.Spec, request);
        ContainerFolder folder = root.Create(request.Id);
        ContainerRecord record = RecordOf(request.Id, bundle, settings);
        Undo undo = new(settings);
        undo.Add(folder.Remove);
        try
        {
            folder.Write(record);
            return Make(request, bundle, folder, record, undo);
        }
        catch (Exception error) when (error is BrigException or LinuxException)
        {
            undo.Run();
            foreach (HookSpec hook in bundle.Spec.Hooks?.Poststop ?? [])
            {
                settings.Attempt(() => new HookRunner(bundle.Path).Run("poststop", [hook], new RuntimeContainer(folder, record).State("stopped", 0)));
            }

            throw;
        }
    }

    /// <summary>What is kept of a container that is about to be made.</summary>
    internal static ContainerRecord RecordOf(string id, Bundle bundle, RuntimeSettings settings) => new()
    {
        Id = id,
        Bundle = bundle.Path,
        Rootfs = bundle.Root,
        Created = settings.Time.GetUtcNow(),
        Owner = UserNames.Of(Processes.UserId),
        OwnsPids = bundle.Spec.Linux?.Namespaces?.Any(space => space is { Type: "pid", Path: null or "" }) ?? false,
        Listens = bundle.Spec.Linux?.Seccomp is { } policy && SeccompFlags.Notifies(policy) && bundle.Spec.Process!.NoNewPrivileges,
        Configuration = bundle.Configuration,
        Spec = bundle.Spec,
    };

    private static void Check(RuntimeSpec spec, CreateRequest request)
    {
        if (spec.Process is null)
        {
            throw BrigException.Invalid("process: must not be empty");
        }

        if (request.ConsoleSocket is not null && !spec.Process.Terminal)
        {
            throw BrigException.Invalid("cannot use console socket if runc will not detach or allocate tty");
        }
    }

    private (RuntimeContainer Container, SafeFileHandle? Terminal) Make(CreateRequest request, Bundle bundle, ContainerFolder folder, ContainerRecord record, Undo undo)
    {
        RuntimeSpec spec = Listening(Warned(bundle.Spec), request.ListenDescriptors);
        ContainerCgroup cgroup = ContainerCgroup.Create(request.Id, spec, settings);
        undo.Add(cgroup.Remove);
        record = record with { Cgroup = cgroup.Cgroup?.Name, Unit = cgroup.Unit };
        folder.Write(record);
        LaunchGate gate = folder.MakeGate();
        using SafeFileHandle go = gate.Go, report = gate.Report;
        using SafeFileHandle tree = OpenRoot(bundle);
        bool hooks = spec.Hooks is { } h && (h.Prestart ?? []).Concat(h.CreateRuntime ?? []).Concat(h.CreateContainer ?? []).Any();
        bool mounts = spec.Linux?.Namespaces?.Any(space => space.Type == "mount") ?? false;
        LaunchRequest launch = new()
        {
            Spec = spec,
            Root = tree,
            RootPath = bundle.Root,
            Bundle = bundle.Path,
            Cgroup = cgroup.Unit is null ? cgroup.Cgroup : null,
            Gate = gate,
            PreservedDescriptors = request.PreservedDescriptors,
            Umask = request.Umask,
            Options = LaunchOptions.InheritStreams | LaunchOptions.Loopback
                | (request.NoPivot ? LaunchOptions.NoPivot : LaunchOptions.None)
                | (request.NoNewKeyring ? LaunchOptions.None : LaunchOptions.NewKeyring)
                | (cgroup.Unit is null ? LaunchOptions.None : LaunchOptions.AwaitPlacement)
                | (hooks && mounts ? LaunchOptions.AwaitHooks : LaunchOptions.None)
                | (UserNamespaceLaunch.IsNeeded(spec) && Processes.UserId != 0 ? LaunchOptions.RootIsPlain : LaunchOptions.None),
        };
        ILaunch process = UserNamespaceLaunch.IsNeeded(spec) ? UserNamespaceLaunch.Start(launch) : new DirectLaunch(Launcher.Start(launch));
        undo.Add(process.Dispose);
        undo.Add(() => Kill(process));
        cgroup.Place(process.Pid);
        if (cgroup.Unit is not null)
        {
            process.Place();
        }

        (RuntimeContainer Container, SafeFileHandle? Terminal) made = Settle(request, launch, process, cgroup, folder, record, undo);
        process.Dispose();
        return made;
    }

    private (RuntimeContainer Container, SafeFileHandle? Terminal) Settle(CreateRequest request, LaunchRequest launch, ILaunch process, ContainerCgroup cgroup, ContainerFolder folder, ContainerRecord record, Undo undo)
    {
        RuntimeSpec spec = launch.Spec;
        ProcessIdentity init = ProcessIdentity.TryOf(process.Pid) ?? new ProcessIdentity(process.Pid, 0);
        record = record with { Init = init, Cgroup = cgroup.Cgroup?.Name };
        RuntimeContainer container = new(folder, record);
        ProcessHandover.SetOomScore(spec.Process!, process.Pid);
        if (ResourceGroups.Assign(request.Id, spec, process.Pid) is { } group)
        {
            record = record with { ResourceGroup = group };
            undo.Add(() => ResourceGroups.Remove(group));
        }

        if ((launch.Options & LaunchOptions.AwaitHooks) != 0)
        {
            process.AwaitHooks();
            RunHooks(container, process, spec);
            process.LeaveHost();
        }

        NetworkDevices.Move(spec, process.Pid);
        process.OnListener = listener => SeccompAgent.Tell(spec, container.State("creating", process.Pid), process.Pid, listener);
        process.Continue();
        record = record with { Steps = [.. process.Steps.Select(step => step.Subject is null ? [step.Operation] : new[] { step.Operation, step.Subject })] };
        folder.Write(record);
        ProcessHandover.GivePidFd(process.PidFd, request.PidFdSocket);
        SafeFileHandle? terminal = ProcessHandover.Give(process.Terminal, request.ConsoleSocket, process.Pid, request.PidFile);
        return (new RuntimeContainer(folder, record), terminal);
    }

    private static void RunHooks(RuntimeContainer container, ILaunch process, RuntimeSpec spec)
    {
        HooksSpec hooks = spec.Hooks!;
        HookRunner runner = new(container.Record.Bundle);
        StateSpec state = container.State("creating", process.Pid);
        runner.Run("prestart", hooks.Prestart, state);
        runner.Run("createRuntime", hooks.CreateRuntime, state);
        NamespaceFlags namespaces = ProcessNamespaces.Foreign(process.Pid);
        runner.Run("createContainer", hooks.CreateContainer, container.State("creating", ProcessNamespaces.InnerPid(process.Pid)), process.PidFd, namespaces);
    }

    /// <summary>The root file system as a tree of its own, with what is mounted below it.</summary>
    private static SafeFileHandle OpenRoot(Bundle bundle)
    {
        using SafeFileHandle? folder = Files.TryOpenAt(null, bundle.Root, OpenFlags.O_PATH | OpenFlags.O_DIRECTORY, 0, out Errno errno);
        if (folder is null)
        {
            throw errno is Errno.ENOENT or Errno.ENOTDIR
                ? BrigException.Invalid($"root.path: {bundle.Root} is not a directory")
                : new LinuxException("open", bundle.Root, errno);
        }

        bool user = UserNamespaceLaunch.IsNeeded(bundle.Spec);
        return user && Processes.UserId != 0 ? Files.Duplicate(folder) : Mounts.OpenTree(folder, "", recursive: true);
    }

    /// <summary>Capabilities that cannot be given are told of and left out (runtime-spec config.md#linux-process).</summary>
    private RuntimeSpec Warned(RuntimeSpec spec)
    {
        CapabilitiesSpec? sets = spec.Process?.Capabilities;
        string[] unknown = [.. ((IEnumerable<IReadOnlyList<string>?>)[sets?.Bounding, sets?.Effective, sets?.Permitted, sets?.Inheritable, sets?.Ambient])
            .SelectMany(set => set ?? []).Distinct().Where(name => Capabilities.Number(name) < 0)];
        if (unknown.Length > 0)
        {
            settings.Warn($"ignoring unknown or unavailable capabilities: [{Oci.Text.Quote(string.Join(' ', unknown))}]");
        }

        return spec;
    }

    private static RuntimeSpec Listening(RuntimeSpec spec, int count) => count == 0 ? spec
        : spec with { Process = spec.Process! with { Env = [.. spec.Process.Env ?? [], $"LISTEN_FDS={count}", "LISTEN_PID=1"] } };

    private static void Kill(ILaunch process)
    {
        if (!Processes.Signal(process.PidFd, Signals.SIGKILL))
        {
            return;
        }

        Processes.AwaitEnd(process.PidFd);
    }
}
