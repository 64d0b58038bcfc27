using System.Globalization;

namespace Brig.Linux;

/// <summary>Signals by name and number (man 7 signal, x86 and arm).</summary>
public static class Signals
{
    public const int SIGINT = 2;
    public const int SIGKILL = 9;
    public const int SIGTERM = 15;

    private static readonly string[] s_names =
    [
        "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT", "CHLD",
        "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
    ];

    /// <summary>Reads <c>TERM</c>, <c>SIGTERM</c>, <c>15</c> or <c>RTMIN+3</c>, in any case.</summary>
    public static int Parse(string text)
    {
        const int RealTimeMinimum = 34, RealTimeMaximum = 64;
        string name = text.ToUpperInvariant();
        name = name.StartsWith("SIG", StringComparison.Ordinal) ? name[3..] : name;
        int number = int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int given) ? given
            : name == "IOT" ? 6 : name == "POLL" ? 29 : name == "CLD" ? 17
            : name == "RTMIN" ? RealTimeMinimum : name == "RTMAX" ? RealTimeMaximum
            : name.StartsWith("RTMIN+", StringComparison.Ordinal) && int.TryParse(name.AsSpan(6), out int up) ? RealTimeMinimum + up
            : name.StartsWith("RTMAX-", StringComparison.Ordinal) && int.TryParse(name.AsSpan(6), out int down) ? RealTimeMaximum - down
            : name.Length == 0 ? -1 : Array.IndexOf(s_names, name);
        return number is > 0 and <= RealTimeMaximum ? number : throw new FormatException($"invalid signal: {text}");
    }
}
