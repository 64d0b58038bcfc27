using Brig.Cli.Flags;
using Brig.Cli.Progress;
using Brig.Containers;
using Brig.Oci;

namespace Brig.Cli.Commands.Images;

internal static class PullCommand
{
    public static CommandDefinition Definition => new("pull", "[OPTIONS] NAME[:TAG|@DIGEST]", "Download an image from a registry", RunAsync);

    private static async Task<int> RunAsync(Invocation call)
    {
        BoolFlag all = call.Flags.Bool("all-tags", 'a', "Download all tagged images in the repository");
        call.Flags.Add(new BoolFlag("disable-content-trust", '\0', "Skip image verification", fallback: true));
        StringFlag platform = call.Flags.String("platform", "Set platform if server is multi-platform capable");
        BoolFlag quiet = call.Flags.Bool("quiet", 'q', "Suppress verbose output");
        string name = call.Parse(Arity.Exactly(1))[0];
        if (all.Value)
        {
            throw BrigException.Unsupported($"pulling all tags of {Oci.Text.Quote(name)} is not supported (name one: NAME:TAG)");
        }

        ImageReference reference = ImageNames.WithTag(name, quiet.Value ? null : call.Output);
        Platform wanted = ImageNames.Platform(platform.Value);
        using Engine engine = Engines.Open(call);
        using Interruption interruption = new();
        _ = quiet.Value
            ? await ImagePull.QuietlyAsync(engine, reference, wanted, interruption.Token)
            : await new ImagePull(engine, call.Output, TerminalSizes.Of(1)).RunAsync(reference, wanted, interruption.Token);
        call.Output.WriteLine(ImageNames.Full(reference));
        return 0;
    }
}
