using System.Globalization;

namespace Brig.Builds.Execution;

/// <summary>The times that a build writes: no file and no record of it is newer than <paramref name="Newest"/>, in nanoseconds.</summary>
/// <param name="Newest">From <c>SOURCE_DATE_EPOCH</c>, else the commit, else the newest input.</param>
/// <param name="Key">What keys hold of it: results for a time that was asked for are results of their own.</param>
internal sealed record TimeSettings(long Newest, string Key)
{
    internal DateTimeOffset Time => DateTimeOffset.UnixEpoch.AddTicks(Newest / 100);

    /// <summary>Whole seconds, as SOURCE_DATE_EPOCH has them and records of the cache keep them.</summary>
    internal static TimeSettings Of(DateTimeOffset time, string key = "") => new(time.ToUnixTimeSeconds() * 1_000_000_000, key);

    /// <summary>Reads the value of <c>SOURCE_DATE_EPOCH</c>: seconds since the epoch.</summary>
    internal static TimeSettings Parse(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) && seconds < 1L << 33
            ? new TimeSettings(seconds * 1_000_000_000, "epoch " + seconds)
            : throw BrigException.Invalid($"invalid SOURCE_DATE_EPOCH: {Oci.Text.Quote(text)}: it must be a number of seconds since 1970");
}
