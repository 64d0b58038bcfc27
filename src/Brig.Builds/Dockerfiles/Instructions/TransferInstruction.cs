namespace Brig.Builds.Dockerfiles;

/// <summary>What COPY and ADD share.</summary>
internal abstract record TransferInstruction : Instruction
{
    /// <summary>Paths as written, heredocs left out.</summary>
    internal required IReadOnlyList<string> Sources { get; init; }

    internal required IReadOnlyList<Heredoc> Heredocs { get; init; }

    internal required string Destination { get; init; }

    internal string? Chown { get; init; }

    internal string? Chmod { get; init; }

    internal bool Link { get; init; }

    internal IReadOnlyList<string> Excludes { get; init; } = [];
}
