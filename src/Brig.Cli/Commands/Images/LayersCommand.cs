using System.Globalization;
using Brig.Cli.Flags;
using Brig.Cli.Tables;
using Brig.Cli.Text;
using Brig.Containers;
using Brig.Images;
using Brig.Images.Contents;

namespace Brig.Cli.Commands.Images;

internal static class LayersCommand
{
    private const string Table = "{{.ID}}\t{{.Size}}\t{{.Added}}\t{{.Overwritten}}\t{{.Hidden}}\t{{.Shadowed}}\t{{.CreatedBy}}";

    public static CommandDefinition Definition => new("layers", "[OPTIONS] IMAGE", "Show what each layer of an image adds, overwrites and hides", Run)
    {
        Description = "Show what each layer of an image adds, overwrites and hides, the lowest first.\nSHADOWED are bytes of the layers below that nobody sees any more because of the layer.",
    };

    private static int Run(Invocation call)
    {
        BoolFlag human = call.Flags.Bool("human", 'H', "Print sizes in human readable format", fallback: true);
        ListFlags list = new(call.Flags, "Only show diff IDs");
        string name = call.Parse(Arity.Exactly(1))[0];
        using Engine engine = Engines.Open(call);
        using Interruption interruption = new();
        IReadOnlyList<LayerSummary> layers = new ImageContents(engine.Images).Layers(engine.Images.Get(name), interruption.Token);
        Format(list.Whole, human.Value).Write(call.Output, layers, list.Format, list.Detail);
        return 0;
    }

    private static ListFormat<LayerSummary> Format(bool whole, bool human)
    {
        string Size(long bytes) => human ? Sizes.Human(bytes, 3) : bytes.ToString(CultureInfo.InvariantCulture);
        string Count(long number) => number.ToString(CultureInfo.InvariantCulture);
        return new("*formatter.layerContext",
        [
            new("ID", "LAYER", layer => whole ? layer.DiffId.ToString() : layer.DiffId.Digest.Short),
            new("Size", "SIZE", layer => Size(layer.Size)),
            new("Added", "ADDS", layer => Count(layer.Added)),
            new("Overwritten", "OVERWRITES", layer => Count(layer.Overwritten)),
            new("Hidden", "HIDES", layer => Count(layer.Hidden)),
            new("Shadowed", "SHADOWED", layer => Size(layer.Shadowed)),
            new("CreatedBy", "CREATED BY", layer => HistoryTable.Command(layer.CreatedBy, whole)),
        ], Table, "{{.ID}}");
    }
}
