using System.Text.Json;
using Brig.Linux;
using Brig.Oci;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Launch;

/// <summary>The program <c>brig oci-inner N</c>: root of a user namespace, launching what the one outside says over descriptor N. One managed thread.</summary>
public static class InnerProgram
{
    public static int Run(int control)
    {
        Files.SetUmask(0);
        using SafeFileHandle socket = new(control, ownsHandle: true);
        FrameChannel channel = new(socket);
        try
        {
            InnerRequest request = JsonSerializer.Deserialize(channel.Receive(), InnerJson.Default.InnerRequest)!;
            Dictionary<string, SafeFileHandle> trees = [];
            Span<byte> beside = stackalloc byte[1];
            foreach (string destination in request.Trees)
            {
                trees[destination] = UnixSockets.ReceiveDescriptor(socket, beside).Descriptor ?? throw new BrigException(ErrorKind.Internal, "a mount did not come along");
            }

            using LaunchedProcess process = Launcher.Start(RequestOf(request, trees));
            channel.Send($"{process.Pid} {(process.IsTerminal ? "terminal" : "streams")}");
            if (process.IsTerminal)
            {
                UnixSockets.SendDescriptor(socket, process.Output, "m"u8);
            }

            Serve(channel, process);
            return 0;
        }
        catch (Exception error) when (error is BrigException or LinuxException)
        {
            channel.Fail(error.Message);
            return 1;
        }
    }

    private static LaunchRequest RequestOf(InnerRequest request, Dictionary<string, SafeFileHandle> trees)
    {
        SafeFileHandle root = Kept(request.Root);
        return new LaunchRequest
        {
            Spec = request.Spec with { Linux = request.Spec.Linux! with { Namespaces = [.. request.Spec.Linux.Namespaces!.Where(space => space.Type != "user")] } },
            Root = (request.Options & (int)LaunchOptions.RootIsPlain) != 0 ? Mounts.OpenTree(null, request.RootPath!, recursive: true) : root,
            RootPath = request.RootPath,
            Bundle = request.Bundle,
            Gate = new LaunchGate(Kept(request.Go), Kept(request.Report)),
            Umask = request.Umask,
            PreservedDescriptors = request.Preserved,
            Options = (LaunchOptions)request.Options,
            Trees = trees,
            Sibling = true,
        };
    }

    private static SafeFileHandle Kept(int number)
    {
        SafeFileHandle handle = new(number, ownsHandle: true);
        Files.SetCloseOnExec(handle);
        return handle;
    }

    private static void Serve(FrameChannel channel, LaunchedProcess process)
    {
        process.OnListener = _ =>
        {
            channel.Send("listener");
            channel.Receive();
        };
        while (true)
        {
            switch (channel.Receive())
            {
                case "place":
                    process.Place();
                    break;
                case "await-hooks":
                    process.AwaitHooks();
                    break;
                case "leave-host":
                    process.LeaveHost();
                    break;
                default:
                    process.Continue();
                    channel.Send(JsonSerializer.Serialize([.. process.Steps.Select(step => step.Subject is null ? [step.Operation] : new[] { step.Operation, step.Subject })], InnerJson.Default.ListStringArray));
                    return;
            }

            channel.Send("done");
        }
    }
}
