using Brig.Builds;
using Brig.Cli.Commands.Images;
using Brig.Cli.Flags;
using Brig.Containers;
using Brig.Containers.Verbs;
using Brig.Oci;

namespace Brig.Cli.Commands.Containers;

internal static class CommitCommand
{
    public static CommandDefinition Definition => new("commit", "[OPTIONS] CONTAINER [REPOSITORY[:TAG]]", "Create a new image from a container's changes", Run);

    private static int Run(Invocation call)
    {
        StringFlag author = call.Flags.String("author", 'a', "Author (e.g., \"John Hannibal Smith <hannibal@a-team.com>\")");
        ListFlag changes = call.Flags.List("change", 'c', "list", "Apply Dockerfile instruction to the created image");
        StringFlag message = call.Flags.String("message", 'm', "Commit message");
        BoolFlag pause = call.Flags.Bool("pause", 'p', "Pause container during commit (default; use --no-pause to disable)", fallback: true);
        BoolFlag noPause = call.Flags.Bool("no-pause", "Do not pause container during commit");
        IReadOnlyList<string> arguments = call.Parse(Arity.Between(1, 2));
        CommitOptions options = new()
        {
            Tag = arguments.Count > 1 ? Tag(arguments[1]) : null,
            Author = author.IsSet ? author.Value : null,
            Message = message.IsSet ? message.Value : null,
            Change = config => ConfigChanges.Apply(changes.Values, config),
            WhileRunning = noPause.Value || !pause.Value,
        };
        _ = ConfigChanges.Apply(changes.Values); // before anything is stopped
        using Engine engine = Engines.Open(call);
        using Interruption interruption = new();
        call.Output.WriteLine(new CommitContainer(engine).Run(engine.Container(arguments[0]), options, interruption.Token).Id);
        return 0;
    }

    private static ImageReference Tag(string text) => ImageReference.Parse(text) is { Digest: null } reference ? reference.WithDefaultTag()
        : throw BrigException.Invalid("refusing to create a tag with a digest reference");
}
