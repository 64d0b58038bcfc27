namespace Brig.Cli.Flags;

/// <summary>The whole program: its commands and groups, and the way from a command line to one of them.</summary>
internal sealed class CommandTree(string name, string version, string summary)
{
    public string Name { get; } = name;

    /// <summary>What follows the name in the answer to <c>--version</c>.</summary>
    public string Version { get; } = version;

    public string Summary { get; } = summary;

    /// <summary>Commands listed first in help, in this order.</summary>
    public required IReadOnlyList<CommandDefinition> Common { get; init; }

    public required IReadOnlyList<CommandDefinition> Commands { get; init; }

    public required IReadOnlyList<CommandGroup> Groups { get; init; }

    /// <summary>Columns for help texts; asked for only when one is printed.</summary>
    public Func<int> Width { get; init; } = static () => 80;

    /// <summary>Carries out a command line and returns the exit code. What a command itself throws passes through.</summary>
    public int Run(string[] arguments, TextWriter output, TextWriter error)
    {
        GlobalFlags globals = new();
        FlagOutcome outcome = globals.Set.Parse(arguments);
        CommandContext context = new(globals, output, error);
        try
        {
            return Dispatch(outcome, context);
        }
        catch (UsageException wrong)
        {
            error.Write(wrong.Message);
            return wrong.ExitCode;
        }
    }

    private int Dispatch(FlagOutcome outcome, CommandContext context)
    {
        foreach (string warning in outcome.Warnings)
        {
            context.Error.WriteLine(warning);
        }

        if (outcome.Error is not null)
        {
            throw new UsageException(UsageText.FlagError(Name, "[OPTIONS] COMMAND [ARG...]", outcome.Error), 125);
        }

        if (context.Globals.Complain() is { } complaint)
        {
            throw new UsageException(complaint + "\n", 1);
        }

        string[] words = [.. outcome.Positional];
        if (context.Globals.Version.Value)
        {
            context.Output.Write($"{Capitalised(Name)} version {Version}\n");
            return 0;
        }

        if (outcome.HelpWanted || words.Length == 0 || words is ["help"])
        {
            context.Output.Write(HelpText.OfProgram(this, context.Globals, Width()));
            return 0;
        }

        return words[0] == "help" ? Help(words.AsSpan(1), context) : Start(words, context);
    }

    private int Start(string[] words, CommandContext context)
    {
        if (Find(Common, words[0]) is { } common)
        {
            return Call(common, $"{Name} {common.Name}", words[1..], context);
        }

        if (Find(Commands, words[0]) is { } command)
        {
            return Call(command, $"{Name} {command.Name}", words[1..], context);
        }

        if (FindGroup(words[0]) is { } group)
        {
            return StartIn(group, words[1..], context);
        }

        throw new UsageException(UsageText.UnknownCommand(Name, Name, words[0], Known()), 1);
    }

    private int StartIn(CommandGroup group, string[] words, CommandContext context)
    {
        string path = $"{Name} {group.Name}";
        FlagOutcome outcome = new FlagSet { Interspersed = false }.Parse(words);
        foreach (string warning in outcome.Warnings)
        {
            context.Error.WriteLine(warning);
        }

        if (outcome.Error is not null)
        {
            throw new UsageException(UsageText.FlagError(path, "", outcome.Error), 125);
        }

        if (outcome.HelpWanted || outcome.Positional.Count == 0)
        {
            // Asked for, help is the output; for want of a command it is a message.
            (outcome.HelpWanted ? context.Output : context.Error).Write(HelpText.OfGroup(this, group));
            return 0;
        }

        string word = outcome.Positional[0];
        CommandDefinition command = Find(group.Commands, word)
            ?? throw new UsageException(UsageText.UnknownCommand(Name, path, word, group.Commands.Where(known => !known.Hidden).Select(known => known.Name)), 1);
        return Call(command, $"{path} {command.Name}", [.. outcome.Positional.Skip(1)], context);
    }

    private int Help(ReadOnlySpan<string> words, CommandContext context)
    {
        if (FindGroup(words[0]) is { } group)
        {
            if (words.Length == 1)
            {
                context.Output.Write(HelpText.OfGroup(this, group));
                return 0;
            }

            return Find(group.Commands, words[1]) is { } inner
                ? Call(inner, $"{Name} {group.Name} {inner.Name}", ["--help"], context)
                : throw new UsageException($"unknown help topic: {words[1]}\n", 1);
        }

        CommandDefinition command = Find(Common, words[0]) ?? Find(Commands, words[0])
            ?? throw new UsageException($"unknown help topic: {words[0]}\n", 1);
        return Call(command, $"{Name} {command.Name}", ["--help"], context);
    }

    private int Call(CommandDefinition command, string path, string[] arguments, CommandContext context)
    {
        Invocation call = new(this, command, path, arguments, context);
        try
        {
            return command.Run(call);
        }
        catch (HelpWantedException)
        {
            context.Output.Write(HelpText.OfCommand(call, Width()));
            return 0;
        }
    }

    private IEnumerable<string> Known() => Common.Concat(Commands).Where(command => !command.Hidden).Select(command => command.Name)
        .Concat(Groups.Where(group => !group.Hidden).Select(group => group.Name));

    private CommandGroup? FindGroup(string word)
    {
        foreach (CommandGroup group in Groups)
        {
            if (group.Name == word)
            {
                return group;
            }
        }

        return null;
    }

    private static CommandDefinition? Find(IReadOnlyList<CommandDefinition> commands, string word)
    {
        foreach (CommandDefinition command in commands)
        {
            if (command.Answers(word))
            {
                return command;
            }
        }

        return null;
    }

    private static string Capitalised(string word) => char.ToUpperInvariant(word[0]) + word[1..];
}
