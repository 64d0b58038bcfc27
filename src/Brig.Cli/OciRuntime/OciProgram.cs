using Brig.Cli.Flags;
using Brig.Cli.Text;
using Brig.Linux;
using Brig.Runtime.State;
using Brig.Runtime.Verbs;

namespace Brig.Cli.OciRuntime;

/// <summary>
/// The program <c>brig oci</c> (or a link named <c>brig-oci</c> to the binary): an OCI runtime with runc's command line. One managed
/// thread until the last clone.
/// </summary>
internal static class OciProgram
{
    private const string Usage = "brig oci [global options] command [command options] [arguments...]";

    private static readonly (string Name, string Summary, Func<OciCall, int> Run)[] s_commands =
    [
        ("checkpoint", "checkpoint a running container (with CRIU)", OciCheckpoint.Checkpoint),
        ("create", "create a container", OciCreate.Create),
        ("delete", "delete any resources held by the container", OciLifecycle.Delete),
        ("events", "display container events such as OOM notifications, cpu, memory, and IO usage statistics", OciEvents.Events),
        ("exec", "execute new process inside the container", OciExec.Exec),
        ("features", "show the enabled features", OciFeatures.Features),
        ("kill", "send the specified signal (default: SIGTERM) to the container's init process", OciLifecycle.Kill),
        ("list", "list containers started by this runtime with the given root", OciQueries.List),
        ("pause", "suspend all processes inside the container", OciLifecycle.Pause),
        ("ps", "display the processes running inside a container", OciQueries.Ps),
        ("restore", "restore a container from a previous checkpoint (with CRIU)", OciRestore.Restore),
        ("resume", "resume all processes that have been previously paused", OciLifecycle.Resume),
        ("run", "create and run a container", OciCreate.Run),
        ("spec", "create a new specification file", OciSpec.Spec),
        ("start", "execute the user defined process in a created container", OciLifecycle.Start),
        ("state", "output the state of a container", OciQueries.State),
        ("update", "update container resource constraints", OciUpdate.Update),
    ];

    /// <param name="arguments">What follows <c>oci</c>.</param>
    internal static int Run(string[] arguments)
    {
        if (arguments.Any(word => word is "create" or "run" or "exec" or "restore"))
        {
            OwnProgram.RunReadOnly();
        }

        // Modes in the container count as they are given; the process gets the caller's mask back.
        uint umask = Files.SetUmask(0);
        OciGlobals globals = new();
        FlagOutcome outcome = globals.Flags.Parse(arguments);
        using StreamWriter output = DescriptorStream.Writer(1);
        OciLog log = new(globals);
        try
        {
            if (outcome.Error is not null)
            {
                throw BrigException.Invalid(outcome.Error);
            }

            if (globals.Version.Value)
            {
                output.Write($"brig-oci version {Commands.CommandCatalogue.Version}\nspec: {OciFeatures.NewestVersion}\n");
                return 0;
            }

            if (outcome.HelpWanted || outcome.Positional.Count == 0 || outcome.Positional[0] == "help")
            {
                output.Write(Help(globals));
                return 0;
            }

            return Dispatch(outcome.Positional, globals, log, output, umask);
        }
        catch (OciExitException exit)
        {
            if (exit.Message.Length > 0)
            {
                log.Error(exit.Message);
            }

            return exit.Code;
        }
        catch (Exception problem) when (problem is BrigException or LinuxException or FormatException)
        {
            log.Error(problem.Message);
            return 1;
        }
    }

    internal static string SummaryOf(string command) => Array.Find(s_commands, entry => entry.Name == command).Summary;

    private static int Dispatch(IReadOnlyList<string> words, OciGlobals globals, OciLog log, StreamWriter output, uint umask)
    {
        foreach ((string name, _, Func<OciCall, int> run) in s_commands)
        {
            if (name == words[0])
            {
                RuntimeSettings settings = new() { SystemdCgroup = globals.SystemdCgroup.Value, Warn = log.Warn, Time = TimeProvider.System };
                return run(new OciCall(name, [.. words.Skip(1)], new RuntimeRoot(globals.Root.Value), settings, output, umask));
            }
        }

        throw BrigException.Invalid($"No help topic for '{Brig.Oci.Text.Quote(words[0])}'");
    }

    private static string Help(OciGlobals globals)
    {
        StringWriter text = new() { NewLine = "\n" };
        text.WriteLine($"NAME:\n   brig oci - Open Container Initiative runtime\n\nUSAGE:\n   {Usage}\n\nCOMMANDS:");
        foreach ((string name, string summary, _) in s_commands)
        {
            text.WriteLine($"   {name,-12}{summary}");
        }

        text.WriteLine("\nGLOBAL OPTIONS:");
        foreach (Flag flag in globals.Flags.Flags)
        {
            text.WriteLine($"   --{flag.Name,-18}{flag.Usage}");
        }

        return text.ToString();
    }
}
