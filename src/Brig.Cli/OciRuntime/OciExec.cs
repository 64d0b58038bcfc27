using Brig.Cli.Flags;
using Brig.Linux;
using Brig.Oci.Runtime;
using Brig.Runtime.Bundles;
using Brig.Runtime.State;
using Brig.Runtime.Verbs;

namespace Brig.Cli.OciRuntime;

/// <summary>The command <c>exec</c>.</summary>
internal static class OciExec
{
    internal static int Exec(OciCall call)
    {
        try
        {
            return Start(call);
        }
        catch (Exception error) when (error is BrigException or LinuxException or FormatException)
        {
            throw new OciExitException(255, "exec failed: " + error.Message); // runc's code for "not the program's own"
        }
    }

    private static int Start(OciCall call)
    {
        ExecFlags flags = new();
        IReadOnlyList<string> words = call.Read(flags.Set, 1, int.MaxValue);
        RuntimeContainer container = call.Root.Open(words[0]);
        ProcessSpec process = flags.Process.Value.Length > 0 ? Bundle.ReadProcess(flags.Process.Value) : flags.Over(container.Record.Spec.Process!, [.. words.Skip(1)]);
        if (process.Terminal && flags.Detach.Value && flags.ConsoleSocket.Value.Length == 0)
        {
            throw BrigException.Invalid("cannot allocate tty if runc will detach without setting console socket");
        }

        using RunningExec running = new ExecContainer().Run(container, new ExecOptions
        {
            Process = process,
            ConsoleSocket = flags.ConsoleSocket.Value.Length > 0 ? flags.ConsoleSocket.Value : null,
            PidFile = flags.PidFile.Value.Length > 0 ? flags.PidFile.Value : null,
            PidFdSocket = flags.PidFdSocket.Value.Length > 0 ? flags.PidFdSocket.Value : null,
            Cgroup = flags.Cgroup.Values.Count > 0 ? flags.Cgroup.Values[^1].Split(':')[^1] : null,
            IgnorePaused = flags.IgnorePaused.Value,
            PreservedDescriptors = InheritedDescriptors.Count(flags.Preserve.Value),
            Umask = call.Umask,
        });
        return flags.Detach.Value ? 0 : new ForegroundProcess(running.Pid, running.PidFd, running.Terminal).Run();
    }
}
