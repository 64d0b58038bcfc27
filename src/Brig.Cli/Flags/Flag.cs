namespace Brig.Cli.Flags;

/// <summary>One flag of a command: how it is written, what help says about it, and whether it was given.</summary>
internal abstract class Flag(string name, char shorthand, string usage)
{
    public string Name { get; } = name;

    /// <summary>The letter after one dash, or <c>'\0'</c>.</summary>
    public char Shorthand { get; } = shorthand;

    public string Usage { get; } = usage;

    /// <summary>The word for the value in help; empty for a switch.</summary>
    public string ValueName { get; init; } = "";

    /// <summary>What help shows as <c>(default …)</c>; empty for nothing.</summary>
    public string DefaultText { get; init; } = "";

    /// <summary>The value of the flag when it is given without one; null where a value is required.</summary>
    public string? ImpliedValue { get; init; }

    /// <summary>Parsed, but not shown in help.</summary>
    public bool Hidden { get; init; }

    /// <summary>Not shown in help; using it prints this after "Flag --NAME has been deprecated, ".</summary>
    public string? Deprecated { get; init; }

    /// <summary>Whether the command line gave it.</summary>
    public bool IsSet { get; private set; }

    /// <summary>What Docker puts between quotes in an error: <c>-m, --memory</c>.</summary>
    public string Label => Shorthand == 0 ? "--" + Name : $"-{Shorthand}, --{Name}";

    /// <summary>Takes a value; returns what is wrong with it, or null.</summary>
    public string? Give(string value)
    {
        string? error = Accept(value);
        IsSet |= error is null;
        return error;
    }

    protected abstract string? Accept(string value);
}
