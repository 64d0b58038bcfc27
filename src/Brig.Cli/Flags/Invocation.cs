namespace Brig.Cli.Flags;

/// <summary>One call of a command: its arguments, the flags it declares, and where its output goes.</summary>
internal sealed class Invocation(CommandTree program, CommandDefinition command, string path, string[] arguments, CommandContext context)
{
    public CommandTree Program { get; } = program;

    public CommandDefinition Command { get; } = command;

    /// <summary>The words that lead to the command: <c>brig container ls</c>.</summary>
    public string Path { get; } = path;

    /// <summary>What follows the command's name, as given.</summary>
    public string[] Arguments { get; } = arguments;

    public GlobalFlags Globals => context.Globals;

    public TextWriter Output => context.Output;

    public TextWriter Error => context.Error;

    /// <summary>Empty until the handler declares its flags.</summary>
    public FlagSet Flags { get; } = new();

    /// <summary>
    /// Reads the arguments into the declared flags and returns the positional ones. Throws <see cref="UsageException"/> (125 for a
    /// flag, 1 for a wrong number of arguments) or <see cref="HelpWantedException"/>; the program turns both into text.
    /// </summary>
    public IReadOnlyList<string> Parse(Arity arity)
    {
        FlagOutcome outcome = Flags.Parse(Arguments);
        foreach (string warning in outcome.Warnings)
        {
            Error.WriteLine(warning);
        }

        if (outcome.HelpWanted)
        {
            throw new HelpWantedException();
        }

        if (outcome.Error is not null)
        {
            throw new UsageException(UsageText.FlagError(Path, Command.Arguments, outcome.Error), 125);
        }

        if (arity.Complain(outcome.Positional.Count) is { } complaint)
        {
            throw WrongArguments(complaint, arity.Most == int.MaxValue ? "See" : "Run");
        }

        return outcome.Positional;
    }

    /// <summary>An error about the arguments in Docker's form: <c>brig: 'brig rm' requires at least 1 argument</c> and the usage.</summary>
    public UsageException WrongArguments(string complaint, string verb = "Run") =>
        new(UsageText.ArgumentError(Program.Name, Path, Command.Arguments, complaint, verb), 1);
}
