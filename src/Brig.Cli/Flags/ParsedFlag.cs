namespace Brig.Cli.Flags;

/// <summary>A value of a command's own type; the last one given counts.</summary>
/// <param name="parse">Throws <see cref="BrigException"/> to refuse a value.</param>
internal sealed class ParsedFlag<T>(string name, char shorthand, string usage, Func<string, T> parse) : Flag(name, shorthand, usage)
{
    public T? Value { get; private set; }

    protected override string? Accept(string value)
    {
        try
        {
            Value = parse(value);
            return null;
        }
        catch (BrigException refused)
        {
            return refused.Message;
        }
    }
}
