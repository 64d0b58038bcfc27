using Brig.Cli.Text;

namespace Brig.Cli.Flags;

/// <summary>A number of CPUs, kept in billionths.</summary>
internal sealed class CpusFlag : Flag
{
    public CpusFlag(string name, char shorthand, string usage)
        : base(name, shorthand, usage) => ValueName = "decimal";

    public long NanoCpus { get; private set; }

    protected override string? Accept(string value)
    {
        if (!CpuCount.TryParse(value, out long nanoCpus, out string error))
        {
            return error;
        }

        NanoCpus = nanoCpus;
        return null;
    }
}
