using Brig.Cli.Flags;
using Brig.Containers;
using Brig.Images.Archives;
using Brig.Oci;

namespace Brig.Cli.Commands.Images;

internal static class ConvertCommand
{
    public static CommandDefinition Definition => new("convert", "[OPTIONS] IMAGE [TARGET_IMAGE[:TAG]]", "Compress the layers of an image in another way", RunAsync)
    {
        Description = "Compress the layers of an image in another way. The image and its ID stay the same; it is pushed and saved with\n"
            + "the new blobs from then on, under a new digest. What no other image needs of the old ones is removed.",
    };

    private static Task<int> RunAsync(Invocation call)
    {
        StringFlag compression = call.Flags.String("compression", "Compression of the layers: \"gzip\", \"zstd\" or \"none\"", "zstd");
        IntFlag level = call.Flags.Int("compression-level", "How hard to try: 0 to 9 for gzip, 1 to 22 for zstd");
        IReadOnlyList<string> arguments = call.Parse(Arity.Between(1, 2));
        ConvertOptions options = ConvertOptions.Of(compression.Value, level.IsSet ? level.Value : null);
        ImageReference? target = arguments.Count > 1 ? ImageReference.Parse(arguments[1]).WithDefaultTag() : null;
        using Engine engine = Engines.Open(call);
        using Interruption interruption = new();
        Digest manifest = new ImageConverter(engine.Images).Convert(engine.Images.Get(arguments[0]), options, target, interruption.Token);
        call.Output.WriteLine(manifest);
        return Task.FromResult(0);
    }
}
