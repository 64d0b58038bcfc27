namespace Brig.Cli.Flags;

/// <summary>A repeatable <c>key=value</c>; a later value of a key wins.</summary>
internal sealed class MapFlag : Flag
{
    private readonly Action<string>? _check;
    private readonly OrderedDictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <param name="check">Looks at the text as given; throws <see cref="BrigException"/> to refuse it.</param>
    public MapFlag(string name, char shorthand, string usage, Action<string>? check = null)
        : base(name, shorthand, usage)
    {
        _check = check;
        ValueName = "map";
        DefaultText = "map[]";
    }

    public IReadOnlyDictionary<string, string> Values => _values;

    protected override string? Accept(string value)
    {
        try
        {
            _check?.Invoke(value);
        }
        catch (BrigException refused)
        {
            return refused.Message;
        }

        int equals = value.IndexOf('=', StringComparison.Ordinal);
        _values[equals < 0 ? value : value[..equals]] = equals < 0 ? "" : value[(equals + 1)..];
        return null;
    }
}
