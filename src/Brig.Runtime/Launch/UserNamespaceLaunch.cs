using System.Text;
using System.Text.Json;
using Brig.Linux;
using Brig.Oci;
using Brig.Oci.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Launch;

/// <summary>
/// A container in a user namespace: this program is started once more inside it (<c>brig oci-inner</c>), where it has every right over what
/// it makes, and launches the container from there as a child of this one. What only the host may do (mappings, cgroups, idmapped
/// mounts) is done here before.
/// </summary>
internal sealed class UserNamespaceLaunch : ILaunch
{
    private readonly SafeFileHandle _control;
    private readonly int _inner;
    private readonly FrameChannel _channel;

    private UserNamespaceLaunch(SafeFileHandle control, int inner)
    {
        (_control, _inner) = (control, inner);
        _channel = new FrameChannel(control);
    }

    public int Pid { get; private set; }

    public SafeFileHandle PidFd { get; private set; } = new(-1, ownsHandle: false);

    public SafeFileHandle? Terminal { get; private set; }

    public IReadOnlyList<(string Operation, string? Subject)> Steps { get; private set; } = [];

    public Action<SafeFileHandle>? OnListener { get; set; }

    internal static bool IsNeeded(RuntimeSpec spec) => spec.Linux?.Namespaces?.Any(space => space.Type == "user") ?? false;

    internal static UserNamespaceLaunch Start(LaunchRequest request)
    {
        List<SafeFileHandle> held = [];
        (SafeFileHandle ours, SafeFileHandle theirs) = UnixSockets.Pair();
        using (theirs)
        {
            try
            {
                UserNamespaceLaunch launch = new(ours, Enter(request, theirs, held));
                launch.Begin(request, held);
                return launch;
            }
            catch
            {
                ours.Dispose();
                throw;
            }
            finally
            {
                held.ForEach(handle => handle.Dispose());
            }
        }
    }

    public void Place() => _channel.Ask("place");

    public void AwaitHooks() => _channel.Ask("await-hooks");

    public void LeaveHost() => _channel.Ask("leave-host");

    public void Continue()
    {
        string answer = _channel.Ask("continue");
        while (answer == "listener")
        {
            using SafeFileHandle listener = Seccomp.SeccompListener.Await(Pid, PidFd) ?? throw new BrigException(ErrorKind.Internal, "the container's process ended before its seccomp agent was told");
            (OnListener ?? throw new BrigException(ErrorKind.Internal, "nobody takes the seccomp listener"))(listener);
            answer = _channel.Ask("listened");
        }

        Steps = [.. JsonSerializer.Deserialize(answer, InnerJson.Default.ListStringArray)!.Select(step => (step[0], step.Length > 1 ? step[1] : null))];
        Processes.Wait(_inner);
    }

    public void Dispose()
    {
        _control.Dispose();
        PidFd.Dispose();
    }

    /// <summary>Starts this program inside the namespace; gives its process ID.</summary>
    private static int Enter(LaunchRequest request, SafeFileHandle control, List<SafeFileHandle> held)
    {
        LinuxSpec linux = request.Spec.Linux!;
        NamespaceSpec space = linux.Namespaces!.First(space => space.Type == "user");
        (SafeFileHandle goRead, SafeFileHandle goWrite) = Pipes.Create();
        (SafeFileHandle reportRead, SafeFileHandle reportWrite) = Pipes.Create();
        held.AddRange([goRead, goWrite, reportRead, reportWrite]);
        SafeFileHandle? joined = space.Path is { Length: > 0 } path ? Files.Open(path, OpenFlags.O_RDONLY) : null;
        if (joined is not null)
        {
            held.Add(joined);
        }

        List<SafeFileHandle> tasks = [.. request.Cgroup?.OpenTasks() ?? []];
        held.AddRange(tasks);
        SafeFileHandle? unified = request.Cgroup?.OpenUnified();
        if (unified is not null)
        {
            held.Add(unified);
        }

        // This binary itself, opened here: inside, its path may lead nowhere that the mapped users can go.
        SafeFileHandle program = Files.Open("/proc/self/exe", OpenFlags.O_PATH);
        held.Add(program);
        using NativePlan plan = new(InnerSteps.Of(joined, goRead, goWrite, reportWrite, tasks, control, program, Inherited(request)));
        (int pid, int pidFd) = CloneChild.Start(plan, Files.Number(reportWrite), NamespaceFlags.None, unified is null ? -1 : Files.Number(unified), sibling: false);
        using SafeFileHandle process = new(pidFd, ownsHandle: true);
        reportWrite.Dispose();
        try
        {
            if (joined is null)
            {
                Map(plan, reportRead, pid, linux);
            }

            Files.WriteAll(goWrite, [1]);
            if (Report(reportRead) is { } failure)
            {
                throw LaunchFailure.Explain(plan[failure.Index], (Errno)failure.Errno);
            }

            return pid;
        }
        catch
        {
            Processes.Signal(process, Signals.SIGKILL);
            Processes.Wait(pid);
            throw;
        }
    }

    private static void Map(NativePlan plan, SafeFileHandle report, int pid, LinuxSpec linux)
    {
        (int index, int errno) = Report(report) ?? throw new BrigException(ErrorKind.Internal, "user namespace: the process ended");
        if (index != LaunchPlan.ReachedHooks)
        {
            throw LaunchFailure.Explain(plan[index], (Errno)errno);
        }

        IdMappings.Write(pid, linux.UidMappings!, linux.GidMappings!);
    }

    /// <summary>The descriptors that go along at their own numbers: the gate's, the trees of mounts, the root where it is one.</summary>
    private static List<SafeFileHandle> Inherited(LaunchRequest request) => [request.Root, request.Gate!.Go, request.Gate.Report];

    private void Begin(LaunchRequest request, List<SafeFileHandle> held)
    {
        Dictionary<string, int> trees = [];
        foreach (MountSpec mount in request.Spec.Mounts ?? [])
        {
            MountOptions options = MountOptions.Parse(mount.Options);
            if (options.IdMap || mount.UidMappings is { Count: > 0 })
            {
                SafeFileHandle tree = MountPreparation.Bind(request.Spec, request.Bundle, mount, null);
                held.Add(tree);
                trees[mount.Destination] = Files.Number(tree);
            }
        }

        InnerRequest inner = new()
        {
            Spec = request.Spec,
            Root = Files.Number(request.Root),
            RootPath = request.RootPath,
            Bundle = request.Bundle,
            Go = Files.Number(request.Gate!.Go),
            Report = Files.Number(request.Gate.Report),
            Umask = request.Umask,
            Preserved = request.PreservedDescriptors,
            Options = (int)request.Options,
            Trees = [.. trees.Keys],
        };
        _channel.Send(JsonSerializer.Serialize(inner, InnerJson.Default.InnerRequest));
        foreach (string tree in trees.Keys)
        {
            using SafeFileHandle handle = new(trees[tree], ownsHandle: false);
            UnixSockets.SendDescriptor(_control, handle, "t"u8);
        }

        string[] answer = _channel.Receive().Split(' ');
        Pid = int.Parse(answer[0]);
        PidFd = Processes.TryOpen(Pid) ?? throw new BrigException(ErrorKind.Internal, "the container's process ended as it was launched");
        if (answer[1] == "terminal")
        {
            Terminal = UnixSockets.ReceiveDescriptor(_control, stackalloc byte[1]).Descriptor;
        }
    }

    private static (int Index, int Errno)? Report(SafeFileHandle file)
    {
        Span<int> report = stackalloc int[2];
        return Files.Read(file, System.Runtime.InteropServices.MemoryMarshal.AsBytes(report)) == 0 ? null : (report[0], report[1]);
    }
}
