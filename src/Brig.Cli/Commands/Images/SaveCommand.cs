using Brig.Cli.Flags;
using Brig.Containers;
using Brig.Images.Archives;
using Brig.Oci;

namespace Brig.Cli.Commands.Images;

internal static class SaveCommand
{
    public static CommandDefinition Definition =>
        new("save", "[OPTIONS] IMAGE [IMAGE...]", "Save one or more images to a tar archive (streamed to STDOUT by default)", Run);

    private static int Run(Invocation call)
    {
        StringFlag output = call.Flags.String("output", 'o', "Write to a file, instead of STDOUT");
        ListFlag platforms = call.Flags.Strings("platform", "Save only the given platform(s). Formatted as a comma-separated list of \"os[/arch[/variant]]\" (e.g., \"linux/amd64,linux/arm64/v8\")");
        IReadOnlyList<string> names = call.Parse(Arity.AtLeast(1));
        List<Platform> wanted = [.. platforms.Values.Select(PlatformChoice.Parse)];
        OutputFile.RefuseTerminal(output.Value);
        using Engine engine = Engines.Open(call);
        using Interruption interruption = new();
        OutputFile.WriteOrStream(output.Value, stream => new ImageSaver(engine.Images).Save(names, wanted, stream, interruption.Token));
        return 0;
    }
}
