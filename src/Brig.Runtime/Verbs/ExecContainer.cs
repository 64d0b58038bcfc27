using Brig.Linux;
using Brig.Oci;
using Brig.Oci.Runtime;
using Brig.Runtime.Bundles;
using Brig.Runtime.Launch;
using Brig.Runtime.State;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Verbs;

/// <summary>Runs a further process in a running container.</summary>
public sealed class ExecContainer
{
    /// <summary>Starts it; the caller waits for it or leaves it.</summary>
    public RunningExec Run(RuntimeContainer container, ExecOptions options)
    {
        switch (container.Status)
        {
            case ContainerStatus.Stopped or ContainerStatus.Creating:
                throw BrigException.Conflict("cannot exec in a stopped container");
            case ContainerStatus.Paused when !options.IgnorePaused:
                throw BrigException.Conflict("cannot exec in a paused container (use --ignore-paused to override)");
        }

        SpecValidation.Check(options.Process);
        RuntimeSpec spec = container.Record.Spec;
        int init = container.Record.Init!.Value.Pid;
        using SafeFileHandle process = container.OpenInit();
        using SafeFileHandle? terminals = options.Process.Terminal ? OpenTerminals(init) : null;
        LaunchedProcess launched = Launcher.Start(new ExecRequest
        {
            Process = options.Process,
            Seccomp = spec.Linux?.Seccomp,
            Init = process,
            Namespaces = ProcessNamespaces.Foreign(init),
            Terminals = terminals,
            Cgroup = CgroupOf(container, init, options.Cgroup),
            Personality = spec.Linux?.Personality,
            Options = LaunchOptions.InheritStreams,
            PreservedDescriptors = options.PreservedDescriptors,
            Umask = options.Umask,
        });
        try
        {
            ProcessHandover.SetOomScore(options.Process, launched.Pid);
            launched.OnListener = listener => SeccompAgent.Tell(spec, container.State("running", init), launched.Pid, listener);
            launched.Continue();
            ProcessHandover.GivePidFd(launched.PidFd, options.PidFdSocket);
            SafeFileHandle? terminal = launched.IsTerminal ? Files.Duplicate(launched.Output) : null;
            return new RunningExec(launched, ProcessHandover.Give(terminal, options.ConsoleSocket, launched.Pid, options.PidFile));
        }
        catch
        {
            Processes.Signal(launched.PidFd, Signals.SIGKILL);
            Processes.Wait(launched.Pid);
            launched.Dispose();
            throw;
        }
    }

    /// <summary>The container's devpts, taken for one only if it is one: a container may have put something else there.</summary>
    private static SafeFileHandle OpenTerminals(int init)
    {
        using SafeFileHandle root = Files.Open($"/proc/{init}/root", OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
        SafeFileHandle? folder = Files.TryOpenIn(root, "/dev/pts", OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, 0, Resolve.RESOLVE_IN_ROOT | Resolve.RESOLVE_NO_SYMLINKS, out _);
        if (folder is null || !Mounts.IsTerminals(folder))
        {
            folder?.Dispose();
            throw BrigException.Conflict("process.terminal: /dev/pts of the container is not a devpts file system");
        }

        return folder;
    }

    /// <summary>The cgroup of the first process now: it may have moved below the one it was given, which takes no processes any more then.</summary>
    private static Cgroup? CgroupOf(RuntimeContainer container, int init, string? below)
    {
        if (container.Cgroup is not { } cgroup)
        {
            return null;
        }

        CgroupHost host = CgroupHost.Detect();
        if (below is { Length: > 0 } path)
        {
            string name = Path.GetFullPath(Path.Combine("/" + cgroup.Name, path.TrimStart('/')))[1..];
            return (name + "/").StartsWith(cgroup.Name + "/", StringComparison.Ordinal) && host.Open(name).Exists
                ? host.Open(name)
                : throw BrigException.Invalid($"exec: cgroup \"{Oci.Text.Quote(path)}\" is not one of the container's");
        }

        if (!host.IsUnified)
        {
            return cgroup;
        }

        string own = (Files.TryReadText($"/proc/{init}/cgroup") ?? "").Trim().Split("::", 2)[^1].TrimStart('/');
        return own.StartsWith(cgroup.Name + "/", StringComparison.Ordinal) ? host.Open(own) : cgroup;
    }
}
