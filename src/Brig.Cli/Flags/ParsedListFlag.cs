namespace Brig.Cli.Flags;

/// <summary>A repeatable value of a command's own type.</summary>
/// <param name="parse">Throws <see cref="BrigException"/> to refuse a value.</param>
internal sealed class ParsedListFlag<T>(string name, char shorthand, string usage, Func<string, T> parse) : Flag(name, shorthand, usage)
{
    private readonly List<T> _values = [];

    public IReadOnlyList<T> Values => _values;

    protected override string? Accept(string value)
    {
        try
        {
            _values.Add(parse(value));
            return null;
        }
        catch (BrigException refused)
        {
            return refused.Message;
        }
    }
}
