using System.Text.Json;
using Brig.Containers.Logs;
using Brig.Containers.Specifications;
using Brig.Containers.Users;
using Brig.Linux;
using Brig.Linux.Netlink;
using Brig.Oci.Runtime;
using Brig.Runtime.Launch;
using Microsoft.Win32.SafeHandles;

namespace Brig.Containers.Monitor;

/// <summary>
/// Looks after one container from start to end: the parent of its first process, the keeper of its streams, and the door
/// for clients. A program of one thread around one event loop.
/// </summary>
internal sealed class ContainerMonitor : IDisposable
{
    private readonly Engine _engine;
    private readonly Container _container;
    private readonly ContainerFiles _files;
    private readonly EventLoop _loop = new();
    private readonly List<Session> _waiting = [];
    private readonly List<RunningProcess> _execs = [];
    private readonly string _hostname;
    private readonly CgroupHost _cgroups = CgroupHost.Detect();

    private ContainerState _state;
    private SafeFileHandle? _root;
    private SafeFileHandle? _listener;
    private Cgroup? _cgroup;
    private readonly ContainerNetwork _network;
    private LogWriter? _log;
    private RunningProcess? _process;
    private Session? _starter;
    private bool _ended;

    internal ContainerMonitor(Engine engine, Container container)
    {
        (_engine, _container) = (engine, container);
        _files = new ContainerFiles(engine.Root, container.Id);
        _hostname = container.Specification.Hostname ?? (container.Specification.Network == "host" ? Environment.MachineName : container.Id.Short);
        _network = new ContainerNetwork(engine, container, _hostname, _loop);
        _state = container.State with { Monitor = ProcessIdentity.Current, Error = "", ExitCode = 0, OutOfMemory = false, Endpoints = [], Ports = [], Pid = 0, FinishedAt = null };
    }

    private ContainerSpecification Specification => _container.Specification;

    /// <summary>The end could not be written down: this process must be gone before anybody finds that out.</summary>
    internal bool IsUnrecorded { get; private set; }

    /// <summary>Runs until the container has ended and everything of it is settled.</summary>
    internal void Run(SafeFileHandle starter)
    {
        _starter = new Session(_loop, starter) { Received = (type, content) => OnStarter(type, content), Closed = () => _ended |= _process is null };
        while (!_ended)
        {
            _loop.RunOnce();
        }

        // The last words reach clients that still take them; a second at most.
        for (int round = 0; round < 10 && _waiting.Append(_starter).Any(session => session.HasPending); round++)
        {
            _loop.RunOnce(TimeSpan.FromMilliseconds(100));
        }
    }

    public void Dispose()
    {
        _log?.Dispose();
        _loop.Dispose();
    }

    private void OnStarter(FrameType type, byte[] content)
    {
        if (type != FrameType.Start || _process is not null)
        {
            throw BrigException.Invalid("the first message to a monitor must start its container");
        }

        (AttachOptions options, ushort rows, ushort columns) = Frames.Attach(content);
        try
        {
            _engine.Table.Claim(_container.Id, ProcessIdentity.Current);
        }
        catch (BrigException taken)
        {
            _starter!.Send(Frames.Failed(taken));
            _ended = true;
            return;
        }

        try
        {
            Start(options, rows, columns);
        }
        catch (Exception error) when (error is BrigException or LinuxException)
        {
            BrigException known = error as BrigException ?? new BrigException(ErrorKind.Internal, error.Message, error);
            FailStart(known);
            _starter!.Send(Frames.Failed(known));
            _ended = true;
        }
    }

    private void Start(AttachOptions options, ushort rows, ushort columns)
    {
        _root = MakeRoot();
        ContainerUser user = new UserDatabase(_root).Resolve(Specification.User ?? "", Specification.GroupAdd);
        _network.WriteFiles();
        LastWords.Prepare(_files.LastWords);
        _log = new LogWriter(Files.Open(_files.Log, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_APPEND, 0x1A0), _engine.Time);
        using StepTrees trees = StepTrees.Make(Specification.Step?.Trees ?? []);
        RuntimeSpec spec = RuntimeSpecification.Of(WithSecrets(WithLinks()), _hostname, user, MountList.Of(Specification, _files, _engine.Volumes));
        spec = spec with { Process = RuntimeSpecification.Sized(spec.Process!, rows, columns) };
        _cgroup = _cgroups.Create(_files.Cgroup, RuntimeSpecification.Resources(Specification));
        LaunchedProcess launched = Launch(new LaunchRequest { Spec = spec, Root = _root, Cgroup = _cgroup, Trees = trees.ByTarget });
        try
        {
            // The child makes its mounts meanwhile.
            Connect(launched.Pid);
            launched.Continue();
        }
        catch
        {
            Kill(launched);
            throw;
        }

        _process = new RunningProcess(_loop, launched, (stream, bytes) => _log.Write(stream, bytes.Span), OnEnd) { InputOnce = Specification.InputOnce };
        if (!Specification.OpenInput)
        {
            _process.EndInput();
        }

        _listener = UnixSockets.Listen(_files.Socket);
        Files.SetNonBlocking(_listener);
        _loop.Watch(_listener, EventMask.EPOLLIN, _ => Accept());
        _state = _state with { Pid = launched.Pid, StartedAt = _engine.Time.GetUtcNow() };
        _engine.Table.Update(_container.Id, ContainerStatus.Running, _state);
        AttachTo(_process, _starter!, options);
        if (Specification.Step is not null)
        {
            // Nobody else waits for a build step: without its builder it would run for nothing.
            Action? left = _starter!.Closed;
            _starter.Closed = () =>
            {
                left?.Invoke();
                _process.Signal(Signals.SIGKILL);
            };
        }

        _starter!.Send(Frames.Number(FrameType.Started, launched.Pid));
    }

    private ContainerSpecification WithLinks() => Specification.Links.Count == 0 ? Specification : Specification with
    {
        Environment = EnvironmentList.Merge([.. LinkedContainer.Of(_engine, Specification).SelectMany(linked => linked.Environment(_container.Name))], Specification.Environment),
    };

    /// <summary>The specification with the variables that no database holds.</summary>
    private static ContainerSpecification WithSecrets(ContainerSpecification specification) => specification.Step?.EnvironmentFile is { } path
        ? specification with { Environment = EnvironmentList.Merge(specification.Environment, (Files.TryReadText(path) ?? "").Split('\0', StringSplitOptions.RemoveEmptyEntries)) }
        : specification;

    private SafeFileHandle MakeRoot()
    {
        if (Specification.Step is { } step)
        {
            return Mounts.Overlay(step.Lowers, step.Upper, step.Work);
        }

        return Mounts.Overlay(_engine.Images.DirectoriesOf(Specification.Layers), _files.Upper, _files.Work);
    }

    /// <summary>Starts the child, in the network namespace of another container where it is to share that.</summary>
    private LaunchedProcess Launch(LaunchRequest request)
    {
        using NetworkNamespace? shared = _network.OpenShared();
        if (shared is null)
        {
            return Launcher.Start(request);
        }

        using NetworkNamespace home = NetworkNamespace.OfThread();
        LaunchedProcess? launched = null;
        shared.Within(home, () => launched = Launcher.Start(request));
        return launched!;
    }

    private void Connect(int pid)
    {
        _network.Join(pid);
        Told();
    }

    /// <summary>What the row tells of networks.</summary>
    private void Told() => _state = _state with { Endpoints = _network.Endpoints, Ports = _network.Ports };

    private void ChangeNetworks(Session session, Action change)
    {
        change();
        Told();
        _engine.Table.Update(_container.Id, ContainerStatus.Running, _state);
        session.Send(Frames.Make(FrameType.Done, []));
    }

    private void Accept()
    {
        while (UnixSockets.TryAccept(_listener!) is { } socket)
        {
            Session session = new(_loop, socket);
            session.Received = (type, content) => OnRequest(session, type, content);
        }
    }

    private void OnRequest(Session session, FrameType type, byte[] content)
    {
        try
        {
            switch (type)
            {
                case FrameType.Attach:
                    (AttachOptions options, ushort rows, ushort columns) = Frames.Attach(content);
                    AttachTo(_process!, session, options);
                    _process!.Resize(rows, columns);
                    session.Send(Frames.Number(FrameType.Started, _process.Pid));
                    break;
                case FrameType.Wait:
                    _waiting.Add(session);
                    session.Closed = () => _waiting.Remove(session);
                    break;
                case FrameType.Signal:
                    _process!.Signal(Frames.Number(content));
                    session.Send(Frames.Make(FrameType.Done, []));
                    break;
                case FrameType.ConnectNetwork:
                    ChangeNetworks(session, () => _network.Connect(JsonSerializer.Deserialize(content, ContainerJson.Default.EndpointRequest)!));
                    break;
                case FrameType.DisconnectNetwork:
                    ChangeNetworks(session, () => _network.Disconnect(System.Text.Encoding.UTF8.GetString(content)));
                    break;
                case FrameType.Exec:
                    Exec(session, JsonSerializer.Deserialize(content, ContainerJson.Default.ExecSpecification)!);
                    break;
                default:
                    session.Dispose();
                    break;
            }
        }
        catch (Exception error) when (error is BrigException or LinuxException or JsonException)
        {
            session.Send(Frames.Failed(error as BrigException ?? new BrigException(ErrorKind.Internal, error.Message, error)));
            session.Finish();
        }
    }

    private void AttachTo(RunningProcess process, Session session, AttachOptions options)
    {
        process.Attach(session, options);
        if (process == _process)
        {
            _waiting.Add(session);
        }

        session.Closed = () =>
        {
            process.Detach(session);
            _waiting.Remove(session);
        };
        session.Received = (type, content) =>
        {
            switch (type)
            {
                case FrameType.Input when (options & AttachOptions.Input) != 0 && (process != _process || Specification.OpenInput):
                    process.Write(content);
                    break;
                case FrameType.InputEnd when (options & AttachOptions.Input) != 0 && (process != _process || Specification.InputOnce):
                    process.EndInput();
                    break;
                case FrameType.Resize:
                    (_, ushort rows, ushort columns) = Frames.Attach(content);
                    process.Resize(rows, columns);
                    break;
                case FrameType.Signal:
                    process.Signal(Frames.Number(content));
                    break;
            }
        };
    }

    private void Exec(Session session, ExecSpecification exec)
    {
        ContainerUser user = new UserDatabase(_root!).Resolve(exec.User ?? Specification.User ?? "", exec.User is null ? Specification.GroupAdd : []);
        ProcessSpec process = RuntimeSpecification.Sized(RuntimeSpecification.Exec(Specification, exec, _hostname, user), exec.Rows, exec.Columns);
        NamespaceFlags namespaces = NamespaceFlags.CLONE_NEWNS | NamespaceFlags.CLONE_NEWUTS | NamespaceFlags.CLONE_NEWIPC | NamespaceFlags.CLONE_NEWPID | NamespaceFlags.CLONE_NEWCGROUP
            | (Specification.Network == "host" ? NamespaceFlags.None : NamespaceFlags.CLONE_NEWNET);
        LaunchedProcess launched = Launcher.Start(new ExecRequest
        {
            Process = process,
            Seccomp = exec.Privileged ? null : RuntimeSpecification.Seccomp(Specification, process.Capabilities!.Bounding!),
            Init = _process!.Launched.PidFd,
            Namespaces = namespaces,
            Terminals = exec.Terminal ? Terminals() : null,
            Cgroup = _cgroup,
        });
        try
        {
            launched.Continue();
        }
        catch
        {
            Kill(launched);
            throw;
        }

        RunningProcess? running = null;
        running = new RunningProcess(_loop, launched, (_, _) => { }, code =>
        {
            session.Send(Frames.Number(FrameType.Exited, code));
            session.Finish();
            _execs.Remove(running!);
            running!.Dispose();
        }) { InputOnce = true };
        _execs.Add(running);
        AttachOptions options = exec.Detached ? AttachOptions.None : AttachOptions.Output | AttachOptions.Error | (exec.OpenInput ? AttachOptions.Input : AttachOptions.None);
        AttachTo(running, session, options);
        if (!exec.OpenInput)
        {
            running.EndInput();
        }

        session.Send(Frames.Number(FrameType.Started, launched.Pid));
    }

    /// <summary>A devpts of the container's own for processes with a terminal where the first one has none.</summary>
    private SafeFileHandle Terminals() => _process!.Launched.Terminals ?? Files.OpenInRoot(_root!, "/dev/pts", OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);

    private void OnEnd(int exitCode)
    {
        _log!.End();
        bool outOfMemory = _cgroup!.WasOutOfMemory();
        _execs.ForEach(exec => exec.Dispose());
        _process!.Dispose();
        _state = _state with { Monitor = null, Pid = 0, ExitCode = exitCode, FinishedAt = _engine.Time.GetUtcNow(), OutOfMemory = outOfMemory, Endpoints = [], Ports = [] };
        try
        {
            Record(ContainerStatus.Exited);
        }
        catch (BrigException full) when (full.Kind == ErrorKind.Unavailable)
        {
            RecordWithoutRoom();
        }

        foreach (Session session in _waiting.ToArray())
        {
            session.Send(Frames.Number(FrameType.Exited, exitCode));
        }

        _ended = true;
    }

    private void FailStart(BrigException error)
    {
        int exitCode = StartFailure.ExitCode(error);
        _state = _state with { Monitor = null, Pid = 0, ExitCode = exitCode, Error = error.Message, Endpoints = [], Ports = [] };
        try
        {
            Record(_container.Status);
        }
        catch (BrigException full) when (full.Kind == ErrorKind.Unavailable)
        {
            // Who asked for the start is told all the same; the next command finds a container whose monitor is gone.
        }
    }

    /// <summary>Gives back what it had, and writes down that it has ended, or removes it.</summary>
    private void Record(ContainerStatus status)
    {
        Settle();
        if (Specification.AutoRemove)
        {
            _engine.Removal.Run(_container.Id);
        }
        else
        {
            _engine.Table.Update(_container.Id, status, _state);
        }
    }

    /// <summary>The disk is full, most likely of what the container wrote: with --rm that goes first, else the end is kept for the next command.</summary>
    private void RecordWithoutRoom()
    {
        try
        {
            if (Specification.AutoRemove)
            {
                Trees.Remove(null, _files.Upper);
                Record(ContainerStatus.Exited);
                return;
            }
        }
        catch (BrigException full) when (full.Kind == ErrorKind.Unavailable)
        {
        }

        IsUnrecorded = true;
        new LastWords(_state.ExitCode, _state.FinishedAt!.Value, _state.OutOfMemory).Write(_files.LastWords);
    }

    /// <summary>Gives back what is not tied to the process: socket, address, rules, cgroup, the root's mount. Can be done again.</summary>
    private void Settle()
    {
        if (_listener is not null)
        {
            _loop.Forget(_listener);
            _listener.Dispose();
            _listener = null;
            Files.Unlink(null, _files.Socket);
        }

        _root?.Dispose();
        if (_cgroup is not null)
        {
            CgroupRemoval.Run(_cgroup);
            _cgroup = null;
        }

        // Last: it writes to the database, which may be on a full disk.
        _network.Dispose();
    }

    /// <summary>Ends a child that never became the container's program.</summary>
    private static void Kill(LaunchedProcess launched)
    {
        Processes.Signal(launched.PidFd, Signals.SIGKILL);
        while (Processes.TryReap(launched.Pid) is null)
        {
            Thread.Sleep(1);
        }

        launched.Dispose();
    }
}
