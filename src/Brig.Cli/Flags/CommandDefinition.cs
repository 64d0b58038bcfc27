namespace Brig.Cli.Flags;

/// <summary>A command as the tree knows it. Its flags are declared by the handler, so only the chosen command builds any.</summary>
internal sealed class CommandDefinition
{
    private readonly Func<Invocation, int>? _run;
    private readonly Func<Invocation, Task<int>>? _runAsync;

    /// <param name="arguments">What follows the name in the usage line; a second usage goes on a second line, without the name.</param>
    public CommandDefinition(string name, string arguments, string summary, Func<Invocation, int> run)
        : this(name, arguments, summary) => _run = run;

    public CommandDefinition(string name, string arguments, string summary, Func<Invocation, Task<int>> run)
        : this(name, arguments, summary) => _runAsync = run;

    private CommandDefinition(string name, string arguments, string summary)
    {
        Name = name;
        Arguments = arguments;
        Summary = summary;
        Verb = this;
    }

    private CommandDefinition(CommandDefinition verb, string name, string[] aliases)
        : this(name, verb.Arguments, verb.Summary)
    {
        (Verb, Aliases) = (verb.Verb, aliases);
        (_run, _runAsync, Hidden, Description) = (verb._run, verb._runAsync, verb.Hidden, verb.Description);
    }

    public string Name { get; }

    public string Arguments { get; }

    /// <summary>One line for the list of commands.</summary>
    public string Summary { get; }

    /// <summary>What the command's own help says, where one line is not enough.</summary>
    public string? Description { get; init; }

    /// <summary>Other names in the same place of the tree.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Works, but is not listed.</summary>
    public bool Hidden { get; init; }

    /// <summary>The definition that this one repeats in another place of the tree; itself where it repeats none.</summary>
    public CommandDefinition Verb { get; }

    /// <summary>The same command in another place: <c>ps</c> as <c>container ls</c>.</summary>
    public CommandDefinition As(string name, params string[] aliases) => new(this, name, aliases);

    public bool Answers(string name)
    {
        if (Name == name)
        {
            return true;
        }

        foreach (string alias in Aliases)
        {
            if (alias == name)
            {
                return true;
            }
        }

        return false;
    }

    public int Run(Invocation call) => _run is not null ? _run(call) : _runAsync!(call).GetAwaiter().GetResult();
}
