namespace Brig.Runtime.Verbs;

/// <summary>What is said before the command, for all commands.</summary>
public sealed record RuntimeSettings
{
    /// <summary>Cgroups are asked for from systemd, which owns the tree.</summary>
    public bool SystemdCgroup { get; init; }

    /// <summary>Takes what a person should know but nothing fails for.</summary>
    public Action<string> Warn { get; init; } = _ => { };

    public required TimeProvider Time { get; init; }
}
