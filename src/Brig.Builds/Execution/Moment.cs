namespace Brig.Builds.Execution;

/// <summary>A time as a build writes it: whole seconds since 1970, as SOURCE_DATE_EPOCH has them and records of the cache keep them.</summary>
internal readonly record struct Moment(long Seconds) : IComparable<Moment>
{
    internal DateTimeOffset Time => DateTimeOffset.FromUnixTimeSeconds(Seconds);

    internal long Nanoseconds => Seconds * 1_000_000_000;

    internal static Moment Of(DateTimeOffset time) => new(time.ToUnixTimeSeconds());

    internal static Moment OfNanoseconds(long nanoseconds) => new(Math.Max(0, nanoseconds) / 1_000_000_000);

    internal static Moment Later(Moment one, Moment other) => one.Seconds > other.Seconds ? one : other;

    public int CompareTo(Moment other) => Seconds.CompareTo(other.Seconds);
}
