using Brig.Cli.Flags;
using Brig.Cli.Tables;
using Brig.Containers;

namespace Brig.Cli.Commands.Images;

internal static class HistoryCommand
{
    public static CommandDefinition Definition => new("history", "[OPTIONS] IMAGE", "Show the history of an image", Run);

    private static int Run(Invocation call)
    {
        BoolFlag human = call.Flags.Bool("human", 'H', "Print sizes and dates in human readable format", fallback: true);
        ListFlags list = new(call.Flags, "Only show image IDs");
        string name = call.Parse(Arity.Exactly(1))[0];
        using Engine engine = Engines.Open(call);
        HistoryTable.Format(engine.Time, list.Whole, human.Value)
            .Write(call.Output, engine.Images.HistoryOf(engine.Images.Get(name)), list.Format, list.Detail);
        return 0;
    }
}
