using System.Text;

namespace Brig.Cli.Flags;

/// <summary>The help of the program, of a group and of a command, laid out as Docker's.</summary>
internal static class HelpText
{
    public static string OfProgram(CommandTree tree, GlobalFlags globals, int width)
    {
        StringBuilder text = new();
        text.Append($"Usage:  {tree.Name} [OPTIONS] COMMAND\n\n{tree.Summary}\n");
        Section(text, "Common Commands", tree.Common.Select(command => (command.Name, command.Summary)));
        Section(text, "Management Commands", tree.Groups.Where(group => !group.Hidden).OrderBy(group => group.Name, StringComparer.Ordinal)
            .Select(group => (group.Name, group.Summary)));
        Section(text, "Commands", Listed(tree.Commands));
        text.Append("\nGlobal Options:\n");
        FlagColumns.Write(text, globals.Set.Flags, width);
        return text.Append($"\nRun '{tree.Name} COMMAND --help' for more information on a command.\n").ToString();
    }

    public static string OfGroup(CommandTree tree, CommandGroup group)
    {
        StringBuilder text = new();
        text.Append($"Usage:  {tree.Name} {group.Name} COMMAND\n\n{group.Summary}\n");
        Section(text, "Commands", Listed(group.Commands));
        return text.Append($"\nRun '{tree.Name} {group.Name} COMMAND --help' for more information on a command.\n").ToString();
    }

    public static string OfCommand(Invocation call, int width)
    {
        StringBuilder text = new();
        text.Append(UsageText.UsageLines(call.Path, call.Command.Arguments)).Append("\n\n")
            .Append(call.Command.Description ?? call.Command.Summary).Append('\n');
        List<string> places = Places(call.Program, call.Command);
        if (places.Count > 1)
        {
            text.Append($"\nAliases:\n  {string.Join(", ", places)}\n");
        }

        if (call.Flags.Flags.Any(flag => !flag.Hidden && flag.Deprecated is null))
        {
            text.Append("\nOptions:\n");
            FlagColumns.Write(text, call.Flags.Flags, width);
        }

        return text.ToString();
    }

    /// <summary>Every way to write a command, the groups first.</summary>
    private static List<string> Places(CommandTree tree, CommandDefinition command)
    {
        List<string> places = [];
        foreach (CommandGroup group in tree.Groups)
        {
            Add(group.Commands, $"{tree.Name} {group.Name}");
        }

        Add(tree.Common, tree.Name);
        Add(tree.Commands, tree.Name);
        return places;

        void Add(IEnumerable<CommandDefinition> commands, string path)
        {
            foreach (CommandDefinition place in commands.Where(place => place.Verb == command.Verb))
            {
                places.Add($"{path} {place.Name}");
                places.AddRange(place.Aliases.Select(alias => $"{path} {alias}"));
            }
        }
    }

    private static IEnumerable<(string Name, string Summary)> Listed(IEnumerable<CommandDefinition> commands) => commands
        .Where(command => !command.Hidden)
        .OrderBy(command => command.Name, StringComparer.Ordinal)
        .Select(command => (command.Name, command.Summary));

    private static void Section(StringBuilder text, string title, IEnumerable<(string Name, string Summary)> lines)
    {
        List<(string Name, string Summary)> rows = [.. lines];
        if (rows.Count == 0)
        {
            return;
        }

        int column = Math.Max(11, rows.Max(row => row.Name.Length)) + 1;
        text.Append($"\n{title}:\n");
        foreach ((string name, string summary) in rows)
        {
            text.Append("  ").Append(name.PadRight(column)).Append(summary).Append('\n');
        }
    }
}
