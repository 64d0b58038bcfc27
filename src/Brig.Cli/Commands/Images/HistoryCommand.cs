using Brig.Cli.Flags;
using Brig.Cli.Tables;
using Brig.Containers;
using Brig.Images;

namespace Brig.Cli.Commands.Images;

internal static class HistoryCommand
{
    public static CommandDefinition Definition => new("history", "[OPTIONS] IMAGE", "Show the history of an image", Run);

    private static int Run(Invocation call)
    {
        BoolFlag human = call.Flags.Bool("human", 'H', "Print sizes and dates in human readable format", fallback: true);
        ListFlags list = new(call.Flags, "Only show image IDs");
        StringFlag platform = call.Flags.String("platform", "Show history for the given platform. Formatted as \"os[/arch[/variant]]\" (e.g., \"linux/amd64\")");
        string name = call.Parse(Arity.Exactly(1))[0];
        using Engine engine = Engines.Open(call);
        Image image = ImagePlatforms.Get(engine.Images, name, ImagePlatforms.Of(platform));
        HistoryTable.Format(engine.Time, list.Whole, human.Value)
            .Write(call.Output, engine.Images.HistoryOf(image), list.Format, list.Detail);
        return 0;
    }
}
