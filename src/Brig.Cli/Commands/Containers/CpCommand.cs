using Brig.Cli.Flags;
using Brig.Cli.Text;
using Brig.Containers;
using Brig.Containers.Copies;
using Brig.Containers.Verbs;

namespace Brig.Cli.Commands.Containers;

internal static class CpCommand
{
    public static CommandDefinition Definition => new("cp", "[OPTIONS] CONTAINER:SRC_PATH DEST_PATH\n\tbrig cp [OPTIONS] SRC_PATH CONTAINER:DEST_PATH", "Copy files/folders between a container and the local filesystem", Run);

    private static int Run(Invocation call)
    {
        BoolFlag archive = call.Flags.Bool("archive", 'a', "Archive mode (copy all uid/gid information)");
        BoolFlag follow = call.Flags.Bool("follow-link", 'L', "Always follow symbol link in SRC_PATH");
        BoolFlag quiet = call.Flags.Bool("quiet", 'q', "Suppress progress output during copy. Progress output is automatically suppressed if no terminal is attached");
        IReadOnlyList<string> paths = call.Parse(Arity.Exactly(2));
        (string? fromContainer, string from) = Split(paths[0]);
        (string? toContainer, string to) = Split(paths[1]);
        if (from.Length == 0 || to.Length == 0)
        {
            throw BrigException.Invalid($"{(from.Length == 0 ? "source" : "destination")} can not be empty");
        }

        if (paths.Contains("-"))
        {
            throw BrigException.Unsupported("cp: an archive on standard input or output (\"-\") is not supported: copy through a directory");
        }

        CopyOptions options = (archive.Value ? CopyOptions.KeepOwners : CopyOptions.None) | (follow.Value ? CopyOptions.FollowLink : CopyOptions.None);
        using Engine engine = Engines.Open(call);
        CopyFiles copy = new(engine);
        long bytes = (fromContainer, toContainer) switch
        {
            (null, null) => throw BrigException.Invalid("must specify at least one container source"),
            (not null, not null) => throw BrigException.Unsupported("copying between containers is not supported"),
            (not null, null) => copy.Out(engine.Container(fromContainer), from, to, options),
            _ => copy.In(from, engine.Container(toContainer!), to, options),
        };
        if (!quiet.Value)
        {
            call.Error.WriteLine($"Successfully copied {Sizes.Human(bytes, 3)} to {(toContainer is null ? Path.GetFullPath(to) : $"{toContainer}:{to}")}");
        }

        return 0;
    }

    /// <summary>Tells <c>CONTAINER:PATH</c> from a path, which is absolute, begins with a dot, or has no colon.</summary>
    private static (string? Container, string Path) Split(string text) =>
        text.StartsWith('/') || text.StartsWith('.') || text.IndexOf(':', StringComparison.Ordinal) is not (> 0 and int colon) ? (null, text) : (text[..colon], text[(colon + 1)..]);
}
