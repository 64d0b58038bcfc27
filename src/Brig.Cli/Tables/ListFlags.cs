using Brig.Cli.Flags;

namespace Brig.Cli.Tables;

/// <summary>The flags that list commands share.</summary>
internal sealed class ListFlags(FlagSet flags, string quietUsage)
{
    public const string FormatUsage =
        "Format output using a custom template:\n'table':            Columns with headers (default)\n'table TEMPLATE':   Columns with headers, "
        + "given by a Go template\n'json':             One JSON object a line\n'TEMPLATE':         One line for each item, given by a Go template";

    private readonly StringFlag _format = flags.String("format", FormatUsage);
    private readonly BoolFlag _whole = flags.Bool("no-trunc", "Don't truncate output");
    private readonly BoolFlag _quiet = flags.Bool("quiet", 'q', quietUsage);

    public string Format => _format.Value;

    /// <summary>Whether IDs and commands are shown in full.</summary>
    public bool Whole => _whole.Value;

    public ListDetail Detail => _quiet.Value ? ListDetail.OnlyIds : ListDetail.Full;
}
