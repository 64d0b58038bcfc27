using System.Globalization;

namespace Brig.Builds.Execution;

/// <summary>
/// What times a build writes. Each step has a moment that nothing in its layer is newer than: that of the newest of what it stands on and
/// takes. It depends on nothing else, so a result is the same whether the steps before it ran or were found.
/// </summary>
internal sealed class TimeSettings
{
    private readonly Moment? _fixed;
    private readonly Moment? _latest;

    private TimeSettings(Moment? same, Moment? latest, string key) => (_fixed, _latest, Key) = (same, latest, key);

    /// <summary>What keys hold of it: results for a time that was asked for are results of their own.</summary>
    internal string Key { get; }

    /// <summary>Moments of the inputs, none later than the one given; null has no limit.</summary>
    internal static TimeSettings OfInputs(DateTimeOffset? latest) => new(null, latest is null ? null : Moment.Of(latest.Value), "");

    /// <summary>The one moment that SOURCE_DATE_EPOCH says: seconds since the epoch.</summary>
    internal static TimeSettings Parse(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) && seconds < 1L << 33
            ? new TimeSettings(new Moment(seconds), null, "epoch " + seconds)
            : throw BrigException.Invalid($"invalid SOURCE_DATE_EPOCH: {Oci.Text.Quote(text)}: it must be a number of seconds since 1970");

    /// <summary>The moment of what has this as its newest input.</summary>
    internal Moment At(Moment newest) => _fixed ?? (_latest is { } latest && latest.Seconds < newest.Seconds ? latest : newest);
}
