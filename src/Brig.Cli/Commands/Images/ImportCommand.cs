using Brig.Builds;
using Brig.Cli.Flags;
using Brig.Containers;
using Brig.Images;
using Brig.Images.Archives;
using Brig.Linux;
using Brig.Oci;

namespace Brig.Cli.Commands.Images;

internal static class ImportCommand
{
    public static CommandDefinition Definition =>
        new("import", "[OPTIONS] file|URL|- [REPOSITORY[:TAG]]", "Import the contents from a tarball to create a filesystem image", RunAsync);

    private static async Task<int> RunAsync(Invocation call)
    {
        ListFlag changes = call.Flags.List("change", 'c', "list", "Apply Dockerfile instruction to the created image");
        StringFlag message = call.Flags.String("message", 'm', "Set commit message for imported image");
        StringFlag platform = call.Flags.String("platform", "Set platform if server is multi-platform capable");
        IReadOnlyList<string> arguments = call.Parse(Arity.Between(1, 2));
        string source = arguments[0];
        ImportOptions options = new()
        {
            Tag = arguments.Count > 1 ? ImageReference.Parse(arguments[1]).WithDefaultTag() : null,
            Message = message.IsSet ? message.Value : null,
            Source = source,
            Config = ConfigChanges.Apply(changes.Values),
            Platform = ImageNames.Platform(platform.Value),
        };
        if (source == "-" && Terminal.IsTerminal(0))
        {
            throw BrigException.Invalid("refusing to read a tarball from a terminal (name a file, or redirect)");
        }

        using Engine engine = Engines.Open(call);
        using Interruption interruption = new();
        await using Stream input = source.Contains("://", StringComparison.Ordinal) ? await RemoteFile.OpenAsync(source, interruption.Token) : InputFile.Open(source);
        Image image = await new ImageImporter(engine.Images, engine.Time).ImportAsync(input, options, interruption.Token);
        call.Output.WriteLine(image.Id);
        return 0;
    }
}
