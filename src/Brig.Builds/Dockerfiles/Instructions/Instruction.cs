namespace Brig.Builds.Dockerfiles;

/// <summary>One instruction of a Dockerfile as it was written, before variables are replaced.</summary>
internal abstract record Instruction
{
    /// <summary>In capitals.</summary>
    internal required string Keyword { get; init; }

    /// <summary>The instruction on one line, as progress shows it.</summary>
    internal required string Text { get; init; }

    internal required SourceLines Lines { get; init; }
}
