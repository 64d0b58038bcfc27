using System.Globalization;
using Brig.Cli.Text;

namespace Brig.Cli.Commands.Images;

/// <summary>The moments that <c>until=</c> takes: a duration back from now, Unix seconds, or a date.</summary>
internal static class PruneTime
{
    public static DateTimeOffset Parse(string text, TimeProvider time)
    {
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal seconds) && seconds < 253402300800m)
        {
            return DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond));
        }

        if (GoDuration.TryParse(text, out long nanoseconds, out _))
        {
            return time.GetUtcNow().AddTicks(-nanoseconds / 100);
        }

        return DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HHK", "yyyy-MM-ddK", "yyyy-MM-dd"],
            CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out DateTimeOffset moment)
            ? moment
            : throw BrigException.Invalid($"failed to parse value as time or duration: {Oci.Text.Quote(text)}");
    }
}
