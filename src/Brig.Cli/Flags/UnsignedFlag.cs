using Brig.Cli.Text;

namespace Brig.Cli.Flags;

/// <summary>A number that cannot be negative, of 16 to 64 bits.</summary>
internal sealed class UnsignedFlag : Flag
{
    private readonly int _bits;

    public UnsignedFlag(string name, char shorthand, string usage, ulong fallback = 0, int bits = 64)
        : base(name, shorthand, usage)
    {
        _bits = bits;
        Value = fallback;
        ValueName = bits == 64 ? "uint" : "uint" + bits;
        DefaultText = fallback == 0 ? "" : fallback.ToString();
    }

    public ulong Value { get; private set; }

    protected override string? Accept(string value)
    {
        if (!GoInteger.TryParseUnsigned(value, _bits, out ulong number, out string error))
        {
            return error;
        }

        Value = number;
        return null;
    }
}
