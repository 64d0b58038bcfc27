using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Brig.Builds.Dockerfiles;

/// <summary>Durations in Go's notation (<c>1h30m</c>, <c>1.5s</c>), as nanoseconds.</summary>
internal static partial class GoDuration
{
    /// <summary>Null for what is no duration, or more than 292 years.</summary>
    internal static long? TryParse(string text)
    {
        if (text == "0")
        {
            return 0;
        }

        Match match = Grammar().Match(text);
        if (!match.Success)
        {
            return null;
        }

        decimal sum = 0;
        for (int part = 0; part < match.Groups["number"].Captures.Count; part++)
        {
            decimal unit = match.Groups["unit"].Captures[part].Value switch
            {
                "ns" => 1,
                "us" or "µs" or "μs" => 1_000,
                "ms" => 1_000_000,
                "s" => 1_000_000_000,
                "m" => 60_000_000_000,
                _ => 3_600_000_000_000,
            };
            string number = match.Groups["number"].Captures[part].Value;
            sum += number.Length > 20 || !decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value) ? long.MaxValue : value > long.MaxValue ? long.MaxValue : value * unit;
            if (sum > long.MaxValue)
            {
                return null;
            }
        }

        return text[0] == '-' ? -(long)sum : (long)sum;
    }

    /// <summary>Writes nanoseconds as Go does, e.g. <c>1m30s</c>.</summary>
    internal static string Format(long nanoseconds)
    {
        if (nanoseconds < 1_000_000_000)
        {
            return nanoseconds == 0 ? "0s" : nanoseconds < 1_000 ? $"{nanoseconds}ns" : nanoseconds < 1_000_000 ? $"{nanoseconds / 1e3}µs" : $"{nanoseconds / 1e6}ms";
        }

        (long minutes, long rest) = Math.DivRem(nanoseconds, 60_000_000_000);
        StringBuilder text = new();
        if (minutes >= 60)
        {
            text.Append(minutes / 60).Append('h');
        }

        if (minutes > 0)
        {
            text.Append(minutes % 60).Append('m');
        }

        return text.Append((rest / 1e9m).ToString("0.#########", CultureInfo.InvariantCulture)).Append('s').ToString();
    }

    [GeneratedRegex(@"^[+-]?(?:(?<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?<unit>ns|us|µs|μs|ms|s|m|h))+\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Grammar();
}
