using Brig.Cli.Text;

namespace Brig.Cli.Flags;

/// <summary>A switch: given alone it is true.</summary>
internal sealed class BoolFlag : Flag
{
    public BoolFlag(string name, char shorthand, string usage, bool fallback = false)
        : base(name, shorthand, usage)
    {
        Value = fallback;
        ImpliedValue = "true";
        DefaultText = fallback ? "true" : "";
    }

    public bool Value { get; private set; }

    protected override string? Accept(string value)
    {
        switch (value)
        {
            case "1" or "t" or "T" or "true" or "TRUE" or "True":
                Value = true;
                return null;
            case "0" or "f" or "F" or "false" or "FALSE" or "False":
                Value = false;
                return null;
            default:
                return $"strconv.ParseBool: parsing {GoQuote.Quote(value)}: invalid syntax";
        }
    }
}
