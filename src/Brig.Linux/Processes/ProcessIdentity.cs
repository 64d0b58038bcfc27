using System.Globalization;

namespace Brig.Linux;

/// <summary>A process that cannot be mistaken for a later one with the same number: its ID and its start time in clock ticks since boot (man 5 proc, field 22).</summary>
public readonly record struct ProcessIdentity(int Pid, ulong StartTime)
{
    public static ProcessIdentity Current { get; } = TryOf(Environment.ProcessId) ?? throw new InvalidOperationException("/proc is not mounted");

    /// <summary>Null where there is no such process, or only its zombie.</summary>
    public static ProcessIdentity? TryOf(int pid)
    {
        string? stat;
        try
        {
            stat = Files.TryReadText($"/proc/{pid}/stat");
        }
        catch (LinuxException error) when (error.Errno == Errno.ESRCH)
        {
            return null;
        }

        // The command name stands in parentheses and may hold spaces and parentheses itself.
        if (stat is null || stat.LastIndexOf(')') is not (> 0 and int close))
        {
            return null;
        }

        string[] fields = stat[(close + 2)..].Split(' ');
        return fields[0] is "Z" or "X" ? null : new ProcessIdentity(pid, ulong.Parse(fields[19], CultureInfo.InvariantCulture));
    }

    public bool IsAlive => TryOf(Pid) == this;
}
