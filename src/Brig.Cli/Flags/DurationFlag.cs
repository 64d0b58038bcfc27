using Brig.Cli.Text;

namespace Brig.Cli.Flags;

/// <summary>A duration such as <c>1m30s</c>.</summary>
internal sealed class DurationFlag : Flag
{
    public DurationFlag(string name, char shorthand, string usage, long fallback = 0)
        : base(name, shorthand, usage)
    {
        Nanoseconds = fallback;
        ValueName = "duration";
        DefaultText = fallback == 0 ? "" : GoDuration.Format(fallback);
    }

    public long Nanoseconds { get; private set; }

    public TimeSpan Value => TimeSpan.FromTicks(Nanoseconds / 100);

    protected override string? Accept(string value)
    {
        if (!GoDuration.TryParse(value, out long nanoseconds, out string error))
        {
            return error;
        }

        Nanoseconds = nanoseconds;
        return null;
    }
}
