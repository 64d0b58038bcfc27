using Brig.Cli.Flags;
using Brig.Cli.Tables;
using Brig.Containers;
using Brig.Containers.Usage;

namespace Brig.Cli.Commands.System;

internal static class DfCommand
{
    public static CommandDefinition Definition => new("df", "[OPTIONS]", "Show disk usage", Run)
    {
        Description = "Show disk usage: bytes that files take on the disk, as du(1) counts them. A layer counts once, whatever has it;\nwith -v its users are listed.",
    };

    private static int Run(Invocation call)
    {
        StringFlag format = call.Flags.String("format", ListFlags.FormatUsage);
        BoolFlag verbose = call.Flags.Bool("verbose", 'v', "Show detailed information on space usage");
        BoolFlag bytes = call.Flags.Bool("bytes", 'b', "Print sizes in bytes");
        call.Parse(Arity.None);
        using Engine engine = Engines.Open(call);
        DfTables tables = new(DiskUsage.Of(engine), engine.Time, bytes.Value);
        if (verbose.Value && format.Value.Length == 0)
        {
            tables.WriteAll(call.Output);
        }
        else
        {
            tables.WriteSummary(call.Output, format.Value);
        }

        return 0;
    }
}
