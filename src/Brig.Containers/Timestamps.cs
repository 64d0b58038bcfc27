using System.Globalization;

namespace Brig.Containers;

/// <summary>Times as Docker's documents have them: RFC 3339 in UTC with nanoseconds, trailing zeros left out.</summary>
public static class Timestamps
{
    /// <summary>What stands for never.</summary>
    public const string Never = "0001-01-01T00:00:00Z";

    public static string Format(DateTimeOffset? time) => time is { } at ? at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", CultureInfo.InvariantCulture) : Never;
}
