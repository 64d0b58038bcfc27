using Brig.Builds.Dockerfiles;

namespace Brig.Builds.Plan;

/// <summary>RUN.</summary>
internal sealed record RunStep : PlannedStep
{
    internal required IReadOnlyList<string> Args { get; init; }

    /// <summary>Each <c>NAME=value</c>.</summary>
    internal required IReadOnlyList<string> Environment { get; init; }

    /// <summary>Variables that the command gets and the cache does not know.</summary>
    internal required IReadOnlyList<string> Proxies { get; init; }

    internal required string WorkingDirectory { get; init; }

    internal required string User { get; init; }

    /// <summary>Null where the instruction does not say.</summary>
    internal string? Network { get; init; }

    internal IReadOnlyList<RunMount> Mounts { get; init; } = [];

    internal override IEnumerable<string> TakesFrom => Mounts.Select(mount => mount.From).OfType<string>();

    internal IReadOnlyList<RunDevice> Devices { get; init; } = [];

    /// <summary><c>--security=insecure</c>.</summary>
    internal bool Insecure { get; init; }

    /// <summary>The shell that the stage has at this place, for a person who looks into it.</summary>
    internal IReadOnlyList<string> Shell { get; init; } = ["/bin/sh", "-c"];

    /// <summary>A heredoc that begins with <c>#!</c>: a program to write to <see cref="ScriptPath"/> and to run.</summary>
    internal Heredoc? Script { get; init; }

    /// <summary>Where a script stands while it runs.</summary>
    internal const string ScriptPath = "/.brig-heredoc";
}
