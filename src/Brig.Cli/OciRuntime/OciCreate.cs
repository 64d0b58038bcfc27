using Brig.Cli.Flags;
using Brig.Linux;
using Brig.Runtime.State;
using Brig.Runtime.Verbs;
using Microsoft.Win32.SafeHandles;

namespace Brig.Cli.OciRuntime;

/// <summary>The commands <c>create</c> and <c>run</c>.</summary>
internal static class OciCreate
{
    internal static int Create(OciCall call)
    {
        CreateRequest request = Read(call, new FlagSet());
        if (request.ConsoleSocket is null && Runtime.Bundles.Bundle.Open(request.Bundle).Spec.Process is { Terminal: true })
        {
            throw BrigException.Invalid("cannot allocate tty if runc will detach without setting console socket");
        }

        new CreateContainer(call.Root, call.Settings).Run(request);
        return 0;
    }

    internal static int Run(OciCall call)
    {
        FlagSet flags = new();
        BoolFlag detach = flags.Bool("detach", 'd', "detach from the container's process");
        BoolFlag keep = flags.Bool("keep", "do not delete the container after it exits");
        BoolFlag noSubreaper = flags.Bool("no-subreaper", "disable the use of the subreaper used to reap reparented processes");
        CreateRequest request = Read(call, flags);
        if (detach.Value && request.ConsoleSocket is null && Runtime.Bundles.Bundle.Open(request.Bundle).Spec.Process is { Terminal: true })
        {
            throw BrigException.Invalid("cannot allocate tty if runc will detach without setting console socket");
        }

        if (!detach.Value && !noSubreaper.Value)
        {
            Processes.BecomeSubreaper();
        }

        (RuntimeContainer container, SafeFileHandle? terminal) = new CreateContainer(call.Root, call.Settings).Run(request);
        using (terminal)
        {
            try
            {
                new StartContainer().Run(container);
            }
            catch (Exception error) when (error is BrigException or LinuxException)
            {
                new DeleteContainer(call.Settings).RunForced(container);
                throw;
            }

            return detach.Value ? 0 : OciForeground.Follow(call, container, terminal, keep.Value);
        }
    }

    private static CreateRequest Read(OciCall call, FlagSet flags)
    {
        StringFlag bundle = flags.String("bundle", 'b', "path to the root of the bundle directory, defaults to the current directory");
        StringFlag console = flags.String("console-socket", "path to an AF_UNIX socket which will receive a file descriptor referencing the master end of the console's pseudoterminal");
        StringFlag pidFile = flags.String("pid-file", "specify the file to write the process id to");
        BoolFlag noPivot = flags.Bool("no-pivot", "do not use pivot root to jail process inside rootfs.  This should be used whenever the rootfs is on top of a ramdisk");
        BoolFlag noKeyring = flags.Bool("no-new-keyring", "do not create a new session keyring for the container");
        IntFlag preserve = flags.Int("preserve-fds", "Pass N additional file descriptors to the container (stdio + $LISTEN_FDS + N in total)");
        StringFlag pidFd = flags.String("pidfd-socket", "path to an AF_UNIX socket which will receive a file descriptor referencing the init process");
        string id = call.Read(flags, 1, 1)[0];
        return new CreateRequest
        {
            Id = id,
            Bundle = bundle.Value.Length == 0 ? "." : bundle.Value,
            ConsoleSocket = console.Value.Length == 0 ? null : console.Value,
            PidFile = pidFile.Value.Length == 0 ? null : pidFile.Value,
            PidFdSocket = pidFd.Value.Length == 0 ? null : pidFd.Value,
            NoPivot = noPivot.Value,
            NoNewKeyring = noKeyring.Value,
            ListenDescriptors = InheritedDescriptors.Activated,
            PreservedDescriptors = InheritedDescriptors.Count(preserve.Value),
            Umask = call.Umask,
        };
    }
}
