using Brig.Cli.Text;

namespace Brig.Cli.Flags;

/// <summary>A size with a unit, in bytes.</summary>
internal sealed class BytesFlag : Flag
{
    private readonly bool _unlimited;

    /// <param name="unlimited">Whether <c>-1</c> is a value (as for <c>--memory-swap</c>).</param>
    public BytesFlag(string name, char shorthand, string usage, bool unlimited = false)
        : base(name, shorthand, usage)
    {
        _unlimited = unlimited;
        ValueName = "bytes";
    }

    public long Value { get; private set; }

    protected override string? Accept(string value)
    {
        if (_unlimited && value == "-1")
        {
            Value = -1;
            return null;
        }

        if (!Sizes.TryParseRam(value, out long bytes, out string error))
        {
            return error;
        }

        Value = bytes;
        return null;
    }
}
