namespace Brig.Cli.Flags;

/// <summary>A flag that may be given many times; every value is kept, in order.</summary>
internal sealed class ListFlag : Flag
{
    private readonly Func<string, string>? _parse;
    private readonly List<string> _values = [];

    /// <param name="parse">Checks or normalises a value; throws <see cref="BrigException"/> to refuse it.</param>
    public ListFlag(string name, char shorthand, string valueName, string usage, Func<string, string>? parse = null)
        : base(name, shorthand, usage)
    {
        _parse = parse;
        ValueName = valueName;
    }

    /// <summary>Whether one value may hold several, separated by commas (quoted as in CSV).</summary>
    public bool Separated { get; init; }

    public IReadOnlyList<string> Values => _values;

    protected override string? Accept(string value)
    {
        if (!Separated)
        {
            return Add(value);
        }

        if (!CommaSeparated.TrySplit(value, out List<string> parts, out string error))
        {
            return error;
        }

        foreach (string part in parts)
        {
            if (Add(part) is { } refused)
            {
                return refused;
            }
        }

        return null;
    }

    private string? Add(string value)
    {
        try
        {
            _values.Add(_parse is null ? value : _parse(value));
            return null;
        }
        catch (BrigException refused)
        {
            return refused.Message;
        }
    }
}
