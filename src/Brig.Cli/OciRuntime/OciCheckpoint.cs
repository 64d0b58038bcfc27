using Brig.Cli.Flags;
using Brig.Runtime.Checkpoints;
using Brig.Runtime.State;
using Brig.Runtime.Verbs;

namespace Brig.Cli.OciRuntime;

/// <summary>The command <c>checkpoint</c>.</summary>
internal static class OciCheckpoint
{
    internal static int Checkpoint(OciCall call)
    {
        FlagSet flags = new();
        CriuFlagSet shared = new(flags);
        StringFlag parent = flags.String("parent-path", "path for previous criu image files in pre-dump");
        BoolFlag leave = flags.Bool("leave-running", "leave the process running after checkpointing");
        IntFlag status = flags.Int("status-fd", @"criu writes \0 to this FD once lazy-pages is ready", -1);
        StringFlag server = flags.String("page-server", "ADDRESS:PORT of the page server");
        BoolFlag preDump = flags.Bool("pre-dump", "dump container's memory information only, leave the container running after this");
        RuntimeContainer container = call.Container(flags);
        CriuFlags criu = shared.Read(container.Folder.Path);
        new CheckpointContainer(call.Settings).Run(container, new CheckpointOptions
        {
            Flags = criu,
            ParentPath = Parent(parent.Value, criu.ImagePath),
            LeaveRunning = leave.Value,
            PreDump = preDump.Value,
            StatusDescriptor = status.Value >= 0 ? Status((int)status.Value) : null,
            PageServer = Server(server.Value),
        });
        return 0;
    }

    private static string? Parent(string path, string images) => path.Length == 0 ? null
        : Path.IsPathRooted(path) ? throw BrigException.Invalid("--parent-path must be relative to --image-path")
        : Directory.Exists(Path.Combine(images, path)) ? path
        : throw BrigException.Invalid($"invalid --parent-path: {Brig.Oci.Text.Quote(Path.Combine(images, path))} is not a directory");

    private static int Status(int number)
    {
        const int Access = 3, Writing = 1, Both = 2;
        string? line = Linux.Files.TryReadText($"/proc/self/fdinfo/{number}")?.Split('\n').FirstOrDefault(text => text.StartsWith("flags:", StringComparison.Ordinal));
        return line is not null && (Convert.ToInt32(line[6..].Trim(), 8) & Access) is Writing or Both ? number
            : throw BrigException.Invalid($"invalid --status-fd argument {number}: not open for writing");
    }

    private static (string Address, int Port)? Server(string text)
    {
        if (text.Length == 0)
        {
            return null;
        }

        int colon = text.LastIndexOf(':');
        return colon > 0 && ushort.TryParse(text.AsSpan(colon + 1), out ushort port) ? (text[..colon].Trim('[', ']'), port)
            : throw BrigException.Invalid("Use --page-server ADDRESS:PORT to specify page server");
    }
}
