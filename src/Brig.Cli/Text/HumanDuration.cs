namespace Brig.Cli.Text;

/// <summary>A length of time in one rough unit, as in <c>Up 5 minutes</c>.</summary>
internal static class HumanDuration
{
    public static string Format(TimeSpan duration)
    {
        long seconds = (long)duration.TotalSeconds;
        long minutes = (long)duration.TotalMinutes;
        // Hours are rounded, everything longer is cut.
        long hours = (long)(duration.TotalHours + 0.5);
        return seconds switch
        {
            < 1 => "Less than a second",
            1 => "1 second",
            < 60 => $"{seconds} seconds",
            _ => minutes switch
            {
                1 => "About a minute",
                < 60 => $"{minutes} minutes",
                _ => hours switch
                {
                    1 => "About an hour",
                    < 48 => $"{hours} hours",
                    < 24 * 7 * 2 => $"{hours / 24} days",
                    < 24 * 30 * 2 => $"{hours / 24 / 7} weeks",
                    < 24 * 365 * 2 => $"{hours / 24 / 30} months",
                    _ => $"{(long)duration.TotalHours / 24 / 365} years",
                },
            },
        };
    }

    /// <summary><c>5 minutes ago</c>.</summary>
    public static string Ago(DateTimeOffset then, TimeProvider time) => Format(time.GetUtcNow() - then) + " ago";
}
