namespace Brig.Cli.Flags;

/// <summary>A text value; the last one given counts.</summary>
internal sealed class StringFlag : Flag
{
    public StringFlag(string name, char shorthand, string usage, string fallback = "")
        : base(name, shorthand, usage)
    {
        Value = fallback;
        ValueName = "string";
        DefaultText = fallback.Length == 0 ? "" : Text.GoQuote.Quote(fallback);
    }

    public string Value { get; private set; }

    protected override string? Accept(string value)
    {
        Value = value;
        return null;
    }
}
