using Brig.Cli.Flags;
using Brig.Linux;
using Brig.Runtime.Checkpoints;
using Brig.Runtime.State;
using Brig.Runtime.Verbs;
using Microsoft.Win32.SafeHandles;

namespace Brig.Cli.OciRuntime;

/// <summary>The command <c>restore</c>.</summary>
internal static class OciRestore
{
    internal static int Restore(OciCall call)
    {
        FlagSet flags = new();
        CriuFlagSet shared = new(flags);
        StringFlag bundle = flags.String("bundle", 'b', "path to the root of the bundle directory, defaults to the current directory");
        StringFlag console = flags.String("console-socket", "path to an AF_UNIX socket which will receive a file descriptor referencing the master end of the console's pseudoterminal");
        StringFlag pidFile = flags.String("pid-file", "specify the file to write the process id to");
        BoolFlag detach = flags.Bool("detach", 'd', "detach from the container's process");
        BoolFlag noSubreaper = flags.Bool("no-subreaper", "disable the use of the subreaper used to reap reparented processes");
        flags.Bool("no-pivot", "accepted: CRIU goes into the root its own way");
        StringFlag profile = flags.String("lsm-profile", "Specify an LSM profile to be used during restore in the form of TYPE:NAME.");
        StringFlag context = flags.String("lsm-mount-context", "Specify an LSM mount context to be used during restore.");
        string id = call.Read(flags, 1, 1)[0];
        if (!detach.Value && !noSubreaper.Value)
        {
            Processes.BecomeSubreaper();
        }

        (RuntimeContainer container, SafeFileHandle? terminal) = new RestoreContainer(call.Root, call.Settings).Run(new RestoreRequest
        {
            Id = id,
            Bundle = bundle.Value.Length == 0 ? "." : bundle.Value,
            Flags = shared.Read(Path.Combine(call.Root.Path, id)),
            ConsoleSocket = Given(console),
            PidFile = Given(pidFile),
            SecurityProfile = Given(profile),
            SecurityContext = Given(context),
        });
        using (terminal)
        {
            return detach.Value ? 0 : OciForeground.Follow(call, container, terminal, keep: false);
        }
    }

    private static string? Given(StringFlag flag) => flag.Value.Length == 0 ? null : flag.Value;
}
