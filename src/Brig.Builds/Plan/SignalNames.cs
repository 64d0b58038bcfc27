using System.Globalization;

namespace Brig.Builds.Plan;

/// <summary>The signals that STOPSIGNAL takes (man 7 signal).</summary>
internal static class SignalNames
{
    private const int Last = 64;

    private static readonly string[] s_names =
    [
        "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT", "KILL", "PIPE", "POLL", "PROF", "PWR", "QUIT",
        "SEGV", "STKFLT", "STOP", "SYS", "TERM", "TRAP", "TSTP", "TTIN", "TTOU", "URG", "USR1", "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ",
    ];

    internal static string Check(string written)
    {
        string name = written.ToUpperInvariant();
        name = name.StartsWith("SIG", StringComparison.Ordinal) ? name[3..] : name;
        bool known = int.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number is >= 1 and <= Last
            : s_names.Contains(name) || IsRealTime(name);
        return known ? written : throw BrigException.Invalid($"invalid signal: {Oci.Text.Quote(written)}");
    }

    private static bool IsRealTime(string name)
    {
        const int span = 30;
        string offset = name.Length > 6 ? name[6..] : "";
        return (name.StartsWith("RTMIN", StringComparison.Ordinal) && (name.Length == 5 || (name[5] == '+' && int.TryParse(offset, NumberStyles.None, CultureInfo.InvariantCulture, out int up) && up <= span)))
            || (name.StartsWith("RTMAX", StringComparison.Ordinal) && (name.Length == 5 || (name[5] == '-' && int.TryParse(offset, NumberStyles.None, CultureInfo.InvariantCulture, out int down) && down <= span)));
    }
}
