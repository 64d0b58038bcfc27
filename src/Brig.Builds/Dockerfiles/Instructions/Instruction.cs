namespace Brig.Builds.Dockerfiles;

/// <summary>One instruction of a Dockerfile as it was written, before variables are replaced.</summary>
internal abstract record Instruction
{
    /// <summary>In capitals.</summary>
    internal required string Keyword { get; init; }

    /// <summary>The instruction on one line, as progress shows it.</summary>
    internal required string Text { get; init; }

    internal required SourceLines Lines { get; init; }

    /// <summary>The keyword as it was written.</summary>
    internal string Written { get; init; } = "";

    /// <summary>The comment lines right above it, without their <c>#</c>.</summary>
    internal IReadOnlyList<string> Comments { get; init; } = [];

    /// <summary>Whether an empty line stands inside it.</summary>
    internal bool HasEmptyLine { get; init; }
}
