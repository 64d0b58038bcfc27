namespace Brig.Cli.Flags;

/// <summary>A management group: <c>brig container …</c>. Its commands are made when the group is asked for.</summary>
internal sealed class CommandGroup(string name, string summary, Func<CommandDefinition[]> commands)
{
    private CommandDefinition[]? _commands;

    public string Name { get; } = name;

    public string Summary { get; } = summary;

    /// <summary>Works, but is not listed.</summary>
    public bool Hidden { get; init; }

    public IReadOnlyList<CommandDefinition> Commands => _commands ??= commands();
}
