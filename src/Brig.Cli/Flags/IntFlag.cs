using Brig.Cli.Text;

namespace Brig.Cli.Flags;

/// <summary>A signed number.</summary>
internal sealed class IntFlag : Flag
{
    private readonly int _bits;

    public IntFlag(string name, char shorthand, string usage, long fallback = 0, int bits = 64)
        : base(name, shorthand, usage)
    {
        _bits = bits;
        Value = fallback;
        ValueName = "int";
        DefaultText = fallback == 0 ? "" : fallback.ToString();
    }

    public long Value { get; private set; }

    protected override string? Accept(string value)
    {
        if (!GoInteger.TryParse(value, _bits, out long number, out string error))
        {
            return error;
        }

        Value = number;
        return null;
    }
}
