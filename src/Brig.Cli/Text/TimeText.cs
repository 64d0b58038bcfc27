using System.Globalization;

namespace Brig.Cli.Text;

/// <summary>Points in time as Docker takes them: RFC 3339 and shorter forms of it, Unix seconds, or how long ago.</summary>
internal static class TimeText
{
    public static DateTimeOffset Parse(string text, TimeProvider time)
    {
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds))
        {
            return DateTimeOffset.UnixEpoch.AddSeconds(seconds);
        }

        if (GoDuration.TryParse(text, out long nanoseconds, out _))
        {
            return time.GetUtcNow().AddTicks(-nanoseconds / 100);
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out DateTimeOffset at)
            ? at
            : throw BrigException.Invalid($"invalid value for time: failed to parse value as time or duration: \"{Oci.Text.Quote(text)}\"");
    }
}
