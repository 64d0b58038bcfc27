using System.Globalization;
using Brig.Cli.Tables;
using Brig.Cli.Text;
using Brig.Images;

namespace Brig.Cli.Commands.Images;

/// <summary>How the steps of an image's making are listed.</summary>
internal static class HistoryTable
{
    private const int ShownCommand = 45;

    /// <param name="whole">Shows IDs and commands in full.</param>
    /// <param name="human">Ages and rounded sizes rather than times and bytes.</param>
    public static ListFormat<HistoryEntry> Format(TimeProvider time, bool whole, bool human) => new(
        "*formatter.historyContext",
        [
            new("ID", "IMAGE", step => step.Id is { } id ? whole ? id.Value : id.Short : "<missing>"),
            new("CreatedSince", "CREATED", step => !human ? At(step) : step.Created is { } created ? HumanDuration.Ago(created, time) : "N/A"),
            new("CreatedAt", "CREATED AT", At),
            new("CreatedBy", "CREATED BY", step => Command(step, whole)),
            new("Size", "SIZE", step => human ? Sizes.Human(step.Size, 3) : step.Size.ToString(CultureInfo.InvariantCulture)),
            new("Comment", "COMMENT", step => step.Comment),
        ],
        human ? "{{.ID}}\t{{.CreatedSince}}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}" : "{{.ID}}\t{{.CreatedAt}}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}",
        "{{.ID}}");

    private static string At(HistoryEntry step) =>
        step.Created is { } created ? created.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture) : "N/A";

    private static string Command(HistoryEntry step, bool whole) => Command(step.CreatedBy, whole);

    /// <summary>An instruction as a list shows it.</summary>
    internal static string Command(string instruction, bool whole)
    {
        string command = instruction.Replace('\t', ' ');
        return whole ? command : DisplayWidth.Ellipsis(command.ReplaceLineEndings(" "), ShownCommand);
    }
}
