using Brig.Cli.Flags;
using Brig.Cli.Progress;
using Brig.Containers;
using Brig.Images.Archives;
using Brig.Images.Transfers;
using Brig.Linux;
using Brig.Oci;

namespace Brig.Cli.Commands.Images;

internal static class LoadCommand
{
    public static CommandDefinition Definition => new("load", "[OPTIONS]", "Load an image from a tar archive or STDIN", RunAsync);

    private static async Task<int> RunAsync(Invocation call)
    {
        StringFlag input = call.Flags.String("input", 'i', "Read from tar archive file, instead of STDIN");
        ListFlag platforms = call.Flags.Strings("platform", "Load only the given platform(s). Formatted as a comma-separated list of \"os[/arch[/variant]]\" (e.g., \"linux/amd64,linux/arm64/v8\").");
        BoolFlag quiet = call.Flags.Bool("quiet", 'q', "Suppress the load output");
        call.Parse(Arity.None);
        if (input.Value.Length == 0 && Terminal.IsTerminal(0))
        {
            throw BrigException.Invalid("requested load from stdin, but stdin is empty");
        }

        await using FileStream archive = InputFile.Open(input.Value);
        using Engine engine = Engines.Open(call);
        using Interruption interruption = new();
        ImageLoader loader = new(engine.Images);
        LoadOptions wanted = platforms.Values.Count > 0 ? new LoadOptions { Platforms = [.. platforms.Values.Select(PlatformChoice.Parse)], OnlyThese = true } : new LoadOptions { Platforms = [ImageNames.Platform("")] };
        IReadOnlyList<LoadedImage> images;

        // Elsewhere than on a terminal Docker's client shows no progress here.
        if (!quiet.Value && TerminalSizes.Of(1) is { } size)
        {
            using TransferDisplay display = new(call.Output, size, engine.Time);
            images = await loader.LoadAsync(archive, wanted, Transfer.To(display), interruption.Token);
        }
        else
        {
            images = await loader.LoadAsync(archive, wanted, Transfer.Silence, interruption.Token);
        }

        foreach (LoadedImage image in images)
        {
            Tell(call.Output, image);
        }

        return 0;
    }

    internal static void Tell(TextWriter output, LoadedImage loaded)
    {
        if (loaded.Tags.Count == 0)
        {
            output.WriteLine($"Loaded image ID: {loaded.Image.Id}");
        }

        foreach (ImageReference tag in loaded.Tags)
        {
            output.WriteLine($"Loaded image: {tag.Familiar}");
        }
    }
}
