using Brig.Linux;

namespace Brig.Runtime.Verbs;

/// <summary>What is said before the command, for all commands.</summary>
public sealed record RuntimeSettings
{
    /// <summary>Cgroups are asked for from systemd, which owns the tree.</summary>
    public bool SystemdCgroup { get; init; }

    /// <summary>Takes what a person should know but nothing fails for.</summary>
    public Action<string> Warn { get; init; } = _ => { };

    public required TimeProvider Time { get; init; }

    /// <summary>Does what may fail without anything else failing for it: that is told of.</summary>
    internal void Attempt(Action step, string before = "")
    {
        try
        {
            step();
        }
        catch (Exception error) when (error is BrigException or LinuxException)
        {
            Warn(before + error.Message);
        }
    }
}
